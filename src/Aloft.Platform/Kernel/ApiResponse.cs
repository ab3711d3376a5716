using System.IO.Pipelines;
using System.Text.Json.Nodes;

namespace Aloft.Platform.Kernel;

/// <summary>
/// What an operation answers. The body is a tree that <c>Front</c> encodes in the caller's protocol (JSON as it is; XML for Query),
/// or raw bytes for payload operations such as Invoke.
/// </summary>
public sealed class ApiResponse
{
    public int HttpStatus { get; init; } = 200;

    /// <summary>The output shape; null for an empty body.</summary>
    public JsonObject? Body { get; init; }

    /// <summary>The payload instead of <see cref="Body"/>, sent as it is.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Writes the body piece by piece instead; flushes what must not wait.</summary>
    public Func<PipeWriter, CancellationToken, Task>? Stream { get; init; }

    public string ContentType { get; init; } = "application/json";

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public static ApiResponse Ok(JsonObject body) => new() { Body = body };

    public static ApiResponse Empty(int httpStatus = 204) => new() { HttpStatus = httpStatus };
}
