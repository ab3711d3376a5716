using System.Collections.Frozen;
using Aloft.Platform.Kernel;
using Aloft.Wire;
using Aloft.Wire.Query;
using Microsoft.AspNetCore.Http;

namespace Aloft.Platform.Front;

/// <summary>
/// Tells which service and which operation a request is for. The first of these that says something decides: the signature's scope,
/// <c>X-Amz-Target</c>, the host, the Query protocol's <c>Action</c>, the path.
/// </summary>
sealed class Recognition
{
    readonly ServiceIndex[] services;
    readonly FrozenDictionary<string, ServiceIndex>.AlternateLookup<ReadOnlySpan<char>> byName;
    readonly FrozenDictionary<string, ServiceIndex>.AlternateLookup<ReadOnlySpan<char>> byTarget;

    internal Recognition(IEnumerable<ServiceDefinition> definitions)
    {
        services = [.. definitions.Select(definition => new ServiceIndex(definition))];
        byName = services.ToFrozenDictionary(index => index.Service.Name, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        byTarget = services.Where(index => index.Service.TargetPrefix is not null)
            .ToFrozenDictionary(index => index.Service.TargetPrefix!, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Sets service, protocol, operation and what else it had to find out on the way.</summary>
    internal async ValueTask Recognise(Call call)
    {
        call.Protocol = LooksLike(call);
        var service = ByScope(call) ?? ByTarget(call) ?? ByHost(call) ?? await ByAction(call) ?? ByPath(call) ?? throw Unrecognised(call);
        call.Service = service;
        call.Protocol = service.Speak(call.Protocol);
        call.Operation ??= call.Protocol switch
        {
            Protocol.AwsJson10 or Protocol.AwsJson11 => FindTarget(call, service),
            Protocol.Query => await FindAction(call, service),
            _ => FindRoute(call, service),
        };
    }

    static Protocol LooksLike(Call call)
    {
        var contentType = call.Http.Request.ContentType ?? "";
        if (contentType.StartsWith("application/x-amz-json-1.0", StringComparison.OrdinalIgnoreCase))
            return Protocol.AwsJson10;
        if (contentType.StartsWith("application/x-amz-json", StringComparison.OrdinalIgnoreCase)
            || call.Http.Request.Headers.ContainsKey("X-Amz-Target"))
            return Protocol.AwsJson11;
        return IsForm(call.Http.Request) || HasAction(call.Target.Query) ? Protocol.Query : Protocol.RestJson;
    }

    ServiceIndex? ByScope(Call call)
    {
        if (call.Signature is not { Service: { Length: > 0 } name })
            return null;
        if (byName.TryGetValue(name, out var service))
            return service;
        call.Protocol = name switch // else their clients could not read what they are told
        {
            "s3" => Protocol.RestXml,
            "cloudfront" or "route53" => Protocol.Query, // their errors are wrapped as Query's
            _ => call.Protocol,
        };
        throw UnknownService(name);
    }

    ServiceIndex? ByTarget(Call call)
    {
        var target = call.Header("X-Amz-Target").AsSpan();
        if (target.IsEmpty)
            return null;
        var dot = target.LastIndexOf('.');
        return byTarget.TryGetValue(dot < 0 ? target : target[..dot], out var service) ? service : throw UnknownService(target);
    }

    /// <summary>The names that AWS's endpoints have, for clients that reach them through a resolver of their own.</summary>
    ServiceIndex? ByHost(Call call)
    {
        var host = call.Http.Request.Host.Host;
        if (!host.EndsWith(".amazonaws.com", StringComparison.OrdinalIgnoreCase)
            && !host.EndsWith(".amazonaws.com.cn", StringComparison.OrdinalIgnoreCase)
            && !host.EndsWith(".api.aws", StringComparison.OrdinalIgnoreCase))
            return null;
        var name = host[..host.IndexOf('.')].ToLowerInvariant();
        return byName.TryGetValue(name, out var service) ? service : throw UnknownService(name);
    }

    async ValueTask<ServiceIndex?> ByAction(Call call)
    {
        if (call.Protocol != Protocol.Query)
            return null;
        var form = await ReadForm(call);
        if (form.Action is not { } action)
            return null;
        return services.FirstOrDefault(service =>
            service.Service.Protocols.Contains(Protocol.Query)
            && service.Service.ApiVersion == form.Version
            && service.Find(action) is not null)
            ?? throw InvalidAction(form);
    }

    ServiceIndex? ByPath(Call call)
    {
        foreach (var service in services)
            if (service.FindRoute(call.Http.Request.Method, call.Target, out var parameters) is { } operation)
            {
                (call.Operation, call.PathParameters) = (operation, parameters);
                return service;
            }
        return null;
    }

    static Operation FindTarget(Call call, ServiceIndex service)
    {
        var target = call.Header("X-Amz-Target").AsSpan();
        var dot = target.LastIndexOf('.');
        if (dot >= 0 && target[..dot].SequenceEqual(service.Service.TargetPrefix) && service.Find(target[(dot + 1)..]) is { } operation)
            return operation;
        throw new ApiError("UnknownOperationException", 400, target.IsEmpty
            ? $"The header X-Amz-Target is missing: it names the operation of {service.Service.Title}, "
                + $"such as '{service.Service.TargetPrefix}.{service.Service.Operations[0].Name}'."
            : $"'{Shorten(target)}' is not an operation of {service.Service.Title}.");
    }

    static async ValueTask<Operation> FindAction(Call call, ServiceIndex service)
    {
        var form = await ReadForm(call);
        if (form.Action is not { } action)
            throw new ApiError(
                "MissingAction", 400, $"The parameter Action is missing: it names the operation of {service.Service.Title}.");
        return form.Version == service.Service.ApiVersion && service.Find(action) is { } operation ? operation : throw InvalidAction(form);
    }

    static Operation FindRoute(Call call, ServiceIndex service)
    {
        var operation = service.FindRoute(call.Http.Request.Method, call.Target, out var parameters) ?? throw new ApiError(
            "UnknownOperationException", 404,
            $"{service.Service.Title} has no operation at {call.Http.Request.Method} {Shorten(call.Target.Path)}");
        call.PathParameters = parameters;
        return operation;
    }

    static async ValueTask<QueryForm> ReadForm(Call call)
    {
        if (call.Form is { } known)
            return known;
        call.Body = await RequestBody.Read(call.Http, new(Limits.MaxFormBytes, "Query"));
        return call.Form = QueryForm.Parse(call.Target.Query, IsForm(call.Http.Request) ? call.Body.Content.Span : default);
    }

    static bool IsForm(HttpRequest request) =>
        request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;

    static bool HasAction(ReadOnlySpan<char> query) =>
        query.StartsWith("Action=", StringComparison.Ordinal) || query.Contains("&Action=", StringComparison.Ordinal);

    static ApiError InvalidAction(QueryForm form) => new(
        "InvalidAction", 400,
        $"Could not find operation {Shorten(form.Action)} for version {Shorten(form.Version ?? "NO_VERSION_SPECIFIED")}");

    static ApiError UnknownService(ReadOnlySpan<char> name) => new(
        "UnsupportedOperationException", 400,
        $"The service '{Shorten(name)}' is not supported by Aloft yet. COMPATIBILITY.md lists what is.");

    ApiError Unrecognised(Call call) => new(
        "UnknownOperationException", 404,
        $"Nothing is served at {call.Http.Request.Method} {Shorten(call.Target.Path)}. "
        + "An AWS request is signed (SigV4), or names its operation in X-Amz-Target, Action or the path. "
        + $"Served here: {string.Join(", ", services.Select(service => service.Service.Name))}.");

    static ReadOnlySpan<char> Shorten(ReadOnlySpan<char> text) => text.Length <= 200 ? text : text[..200];
}
