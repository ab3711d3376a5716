using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Aloft.Client;

/// <summary>The operations of AWS Lambda that the verbs use. https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html</summary>
internal sealed class LambdaClient(ApiClient api)
{
    const string Functions = "/2015-03-31/functions";

    static readonly IReadOnlyDictionary<string, string> NoHeaders = new Dictionary<string, string>();

    /// <summary>Null when there is no such function.</summary>
    public async Task<DeployedFunction?> Find(string name, CancellationToken stop) =>
        await OrNull(Call(HttpMethod.Get, $"{Functions}/{Escaped(name)}/configuration", null, stop)) is { } configuration
            ? DeployedFunction.From(configuration)
            : null;

    public async IAsyncEnumerable<DeployedFunction> All([EnumeratorCancellation] CancellationToken stop)
    {
        string? marker = null;
        do
        {
            var query = marker is null ? "" : $"?Marker={Escaped(marker)}";
            var page = await Call(HttpMethod.Get, $"{Functions}/{query}", null, stop);
            foreach (var configuration in page["Functions"]?.AsArray() ?? [])
                yield return DeployedFunction.From(configuration!.AsObject());
            marker = (string?)page["NextMarker"];
        }
        while (marker is { Length: > 0 });
    }

    public async Task<DeployedFunction> Create(JsonObject input, CancellationToken stop) =>
        DeployedFunction.From(await Call(HttpMethod.Post, Functions, input, stop));

    public async Task<DeployedFunction> UpdateCode(string name, ReadOnlyMemory<byte> zip, CancellationToken stop) =>
        DeployedFunction.From(await Call(
            HttpMethod.Put, $"{Functions}/{Escaped(name)}/code", new JsonObject { ["ZipFile"] = Convert.ToBase64String(zip.Span) }, stop));

    public async Task<DeployedFunction> UpdateConfiguration(string name, JsonObject input, CancellationToken stop) =>
        DeployedFunction.From(await Call(HttpMethod.Put, $"{Functions}/{Escaped(name)}/configuration", input, stop));

    public Task Delete(string name, CancellationToken stop) =>
        Send(HttpMethod.Delete, $"{Functions}/{Escaped(name)}", null, stop);

    /// <summary>Null when the function has none.</summary>
    public async Task<string?> FindUrl(string name, CancellationToken stop) =>
        (string?)(await OrNull(Call(HttpMethod.Get, UrlOf(name), null, stop)))?["FunctionUrl"];

    public async Task<string> CreateUrl(string name, CancellationToken stop) =>
        (string?)(await Call(HttpMethod.Post, UrlOf(name), new JsonObject { ["AuthType"] = "NONE" }, stop))["FunctionUrl"] ?? "";

    public async Task<Answer> Invoke(string name, string? qualifier, bool async, ReadOnlyMemory<byte> payload, CancellationToken stop)
    {
        var headers = new Dictionary<string, string>
        {
            ["X-Amz-Invocation-Type"] = async ? "Event" : "RequestResponse",
            ["X-Amz-Log-Type"] = async ? "None" : "Tail",
        };
        var query = qualifier is null ? "" : $"?Qualifier={Escaped(qualifier)}";
        var answer = await api.Send(
            HttpMethod.Post, "lambda", $"{Functions}/{Escaped(name)}/invocations{query}", payload, headers, ProgramLimits.Invocation, stop);
        return new Answer
        {
            Payload = answer.Body,
            RequestId = answer.Header("x-amzn-RequestId") ?? "",
            FunctionError = answer.Header("X-Amz-Function-Error"),
            ExecutedVersion = answer.Header("X-Amz-Executed-Version"),
            Log = answer.Header("X-Amz-Log-Result") is { } tail ? Encoding.UTF8.GetString(Convert.FromBase64String(tail)) : "",
        };
    }

    static string UrlOf(string name) => $"/2021-10-31/functions/{Escaped(name)}/url";

    static string Escaped(string text) => Uri.EscapeDataString(text);

    async Task<JsonObject> Call(HttpMethod method, string path, JsonObject? input, CancellationToken stop) =>
        (await Send(method, path, input, stop)).Json;

    Task<ApiAnswer> Send(HttpMethod method, string path, JsonObject? input, CancellationToken stop) =>
        api.Send(method, "lambda", path, input is null ? default : Encoding.UTF8.GetBytes(input.ToJsonString()), NoHeaders, ProgramLimits.Answer, stop);

    static async Task<JsonObject?> OrNull(Task<JsonObject> call)
    {
        try
        {
            return await call;
        }
        catch (RequestRefused refused) when (refused.IsNotFound)
        {
            return null;
        }
    }
}
