using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Aloft.Client;

/// <summary>Aloft's own operations on past invocations; signed as AWS's are, for the service <c>aloft</c>.</summary>
internal sealed class HistoryClient(ApiClient api)
{
    const string Invocations = "/_aloft/invocations";

    static readonly IReadOnlyDictionary<string, string> NoHeaders = new Dictionary<string, string>();

    /// <summary>In figures, the last first.</summary>
    /// <param name="function">Null for all.</param>
    public async Task<JsonObject> List(string? function, bool failedOnly, DateTimeOffset since, int limit, CancellationToken stop) =>
        (await Send(
            HttpMethod.Get,
            string.Create(CultureInfo.InvariantCulture, $"{Invocations}?{About(function, since)}&Failed={(failedOnly ? "true" : "false")}&Limit={limit}"),
            null, ProgramLimits.Answer, stop)).Json;

    /// <summary>All that is remembered of it.</summary>
    public async Task<JsonObject> Find(string requestId, CancellationToken stop) =>
        (await Send(HttpMethod.Get, $"{Invocations}/{Uri.EscapeDataString(requestId)}", null, ProgramLimits.Answer, stop)).Json;

    /// <summary>Byte for byte.</summary>
    public async Task<byte[]> Event(string requestId, CancellationToken stop) =>
        (await Send(HttpMethod.Get, $"{Invocations}/{Uri.EscapeDataString(requestId)}/event", null, ProgramLimits.Answer, stop)).Body;

    /// <param name="against">A version or an alias; null for what ran then.</param>
    public async Task<JsonObject> Replay(string requestId, string? against, IReadOnlyList<string> ignore, CancellationToken stop) =>
        (await Send(
            HttpMethod.Post, $"{Invocations}/{Uri.EscapeDataString(requestId)}/replay",
            new JsonObject { ["Against"] = against, ["Ignore"] = new JsonArray([.. ignore.Select(path => (JsonNode)path)]) },
            ProgramLimits.Invocation, stop)).Json;

    public async Task<JsonObject> Bill(string? function, DateTimeOffset since, CancellationToken stop) =>
        (await Send(HttpMethod.Get, $"/_aloft/bill?{About(function, since)}", null, ProgramLimits.Answer, stop)).Json;

    static string About(string? function, DateTimeOffset since) => string.Create(
        CultureInfo.InvariantCulture,
        $"Since={since.ToUnixTimeMilliseconds()}{(function is null ? "" : $"&FunctionName={Uri.EscapeDataString(function)}")}");

    Task<ApiAnswer> Send(HttpMethod method, string path, JsonObject? input, TimeSpan timeout, CancellationToken stop) =>
        api.Send(method, "aloft", path, input is null ? default : Encoding.UTF8.GetBytes(input.ToJsonString()), NoHeaders, timeout, stop);
}
