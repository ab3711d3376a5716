using System.Collections.Frozen;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Front;

/// <summary>A service's operations by name and by route. Those that Aloft does not serve are there too, and say so when called.</summary>
sealed class ServiceIndex
{
    readonly FrozenDictionary<string, Operation>.AlternateLookup<ReadOnlySpan<char>> byName;
    readonly RouteTable? routes;

    internal ServiceIndex(ServiceDefinition service)
    {
        Service = service;
        List<Operation> all =
        [
            .. service.Operations,
            .. service.Unsupported.Select(operation => new Operation(
                operation.Name, operation.Route, $"{service.Name}:{operation.Name}",
                (_, _) => throw ApiError.NotSupported(service.Name, operation.Name, operation.Instead))),
        ];
        byName = all.ToFrozenDictionary(operation => operation.Name, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        if (service.Protocols.Any(protocol => protocol is Protocol.RestJson or Protocol.RestXml))
            routes = new(all);
    }

    internal ServiceDefinition Service { get; }

    internal bool HasRoutes => routes is not null;

    internal Operation? Find(ReadOnlySpan<char> name) => byName.TryGetValue(name, out var operation) ? operation : null;

    internal Operation? FindRoute(string method, in RequestTarget target, out PathParameters? parameters)
    {
        parameters = null;
        return routes?.Find(method, target.Path, target.Query, out parameters);
    }

    /// <summary>The protocol that a request to this service speaks, given what it looks like.</summary>
    internal Protocol Speak(Protocol looksLike) => Service.Protocols.Contains(looksLike) ? looksLike : Service.Protocols[0];
}
