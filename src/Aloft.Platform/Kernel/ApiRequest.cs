using System.Collections.ObjectModel;
using Aloft.Wire;
using Microsoft.AspNetCore.Http;

namespace Aloft.Platform.Kernel;

/// <summary>One request to one operation, recognised, authenticated and read, whatever protocol brought it.</summary>
public sealed class ApiRequest
{
    public required RequestContext Context { get; init; }

    /// <summary>
    /// The members of the input shape. For the JSON and Query protocols all of them; for REST those of the body: path, query
    /// and header parameters are read with the methods below. Parsed on first use: payload operations never do.
    /// </summary>
    public Members Body
    {
        get => field ??= Members.Parse(Payload);
        init;
    }

    /// <summary>The body as it came.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>URI template parameters, percent-decoded.</summary>
    public IReadOnlyDictionary<string, string> PathParameters { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The HTTP request, for headers and query. The body has been read.</summary>
    public required HttpRequest Http { get; init; }

    public string Path(string name) => PathParameters[name];

    public string? Query(string name) => Http.Query.TryGetValue(name, out var value) ? value[0] : null;

    public string? Header(string name) => Http.Headers.TryGetValue(name, out var value) ? value.ToString() : null;
}
