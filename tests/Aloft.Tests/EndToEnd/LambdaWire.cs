using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aloft.Tests.EndToEnd;

/// <summary>What came back, as bytes came back.</summary>
internal sealed record WireAnswer(int Status, HttpResponseHeaders Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;

    public string? FunctionError => Header("X-Amz-Function-Error");

    public string? ErrorType => Header("x-amzn-ErrorType")?.Split(':')[0];

    /// <summary>The <c>errorType</c> of a failed function's answer.</summary>
    public string? FunctionErrorType => Json.TryGetProperty("errorType", out var type) ? type.GetString() : null;

    public string FunctionErrorMessage => Json.GetProperty("errorMessage").GetString() ?? "";

    /// <summary>The decoded <c>X-Amz-Log-Result</c>.</summary>
    public string LogTail => Encoding.UTF8.GetString(Convert.FromBase64String(Header("X-Amz-Log-Result") ?? ""));

    public override string ToString() => $"{Status} {Text[..Math.Min(Text.Length, 2000)]}";
}

/// <summary>The Lambda API by plain HTTP, for what an SDK would hide or refuse to send. Signatures are not verified by default.</summary>
internal sealed class LambdaWire(Uri endpoint, string account) : IDisposable
{
    const string Functions = "/2015-03-31/functions";

    readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 256, AllowAutoRedirect = false })
    {
        BaseAddress = endpoint,
        Timeout = TimeSpan.FromSeconds(120),
    };

    public string Account => account;

    public void Dispose() => http.Dispose();

    /// <summary>Creates it and waits until it is active.</summary>
    public async Task<string> Create(FunctionSource source, int timeoutSeconds = 10, int memoryMegabytes = 256, JsonObject? more = null)
    {
        var name = $"f{Guid.NewGuid():N}";
        var body = more?.DeepClone().AsObject() ?? [];
        body["FunctionName"] = name;
        body["Runtime"] = source.Runtime;
        body["Handler"] = source.Handler;
        body["Role"] = $"arn:aws:iam::{account}:role/any";
        body["Timeout"] = timeoutSeconds;
        body["MemorySize"] = memoryMegabytes;
        body["Code"] = new JsonObject { ["ZipFile"] = Convert.ToBase64String(source.Zip) };
        var answer = await Send(HttpMethod.Post, Functions, body);
        Assert.True(answer.Status == 201, $"CreateFunction: {answer}");
        await UntilUpdated(name);
        return name;
    }

    public Task UntilUpdated(string name) => Eventually.True(
        async () =>
        {
            var configuration = (await Send(HttpMethod.Get, $"{Functions}/{name}/configuration")).Json;
            return configuration.GetProperty("State").GetString() == "Active"
                && configuration.GetProperty("LastUpdateStatus").GetString() == "Successful";
        },
        $"{name} is active and updated");

    public async Task UpdateCode(string name, FunctionSource source)
    {
        var answer = await Send(HttpMethod.Put, $"{Functions}/{name}/code", new JsonObject { ["ZipFile"] = Convert.ToBase64String(source.Zip) });
        Assert.True(answer.Status == 200, $"UpdateFunctionCode: {answer}");
        await UntilUpdated(name);
    }

    public Task<WireAnswer> Invoke(string name, string payload = "{}", string type = "RequestResponse", bool tail = false) =>
        Invoke(name, Encoding.UTF8.GetBytes(payload), type, tail);

    public Task<WireAnswer> Invoke(string name, byte[] payload, string type = "RequestResponse", bool tail = false)
    {
        var request = Request(HttpMethod.Post, $"{Functions}/{name}/invocations", payload);
        request.Headers.Add("X-Amz-Invocation-Type", type);
        if (tail)
            request.Headers.Add("X-Amz-Log-Type", "Tail");
        return Send(request);
    }

    public Task<WireAnswer> Delete(string name) => Send(HttpMethod.Delete, $"{Functions}/{name}");

    public async Task Reserve(string name, int concurrency)
    {
        var answer = await Send(HttpMethod.Put, $"/2017-10-31/functions/{name}/concurrency", new JsonObject { ["ReservedConcurrentExecutions"] = concurrency });
        Assert.True(answer.Status == 200, $"PutFunctionConcurrency: {answer}");
    }

    /// <summary>Adds a function URL; returns it.</summary>
    public async Task<Uri> AddUrl(string name)
    {
        var answer = await Send(HttpMethod.Post, $"/2021-10-31/functions/{name}/url", new JsonObject { ["AuthType"] = "NONE" });
        Assert.True(answer.Status == 201, $"CreateFunctionUrlConfig: {answer}");
        return new Uri(answer.Json.GetProperty("FunctionUrl").GetString()!);
    }

    public Task<WireAnswer> Send(HttpMethod method, string path, JsonNode? body = null) =>
        Send(Request(method, path, body is null ? null : Encoding.UTF8.GetBytes(body.ToJsonString())));

    /// <summary>CloudWatch Logs, in its own protocol.</summary>
    public Task<WireAnswer> Logs(string operation, JsonObject body)
    {
        var request = Request(HttpMethod.Post, "/", Encoding.UTF8.GetBytes(body.ToJsonString()), "logs");
        request.Headers.Add("X-Amz-Target", $"Logs_20140328.{operation}");
        request.Content!.Headers.ContentType = new("application/x-amz-json-1.1");
        return Send(request);
    }

    /// <summary>Every message that a function has logged, in order of time.</summary>
    public async Task<List<string>> LogLines(string name, string? pattern = null)
    {
        var messages = new List<string>();
        var request = new JsonObject { ["logGroupName"] = $"/aws/lambda/{name}" };
        if (pattern is not null)
            request["filterPattern"] = pattern;
        do
        {
            var answer = await Logs("FilterLogEvents", request);
            if (answer.Status == 400 && answer.Text.Contains("ResourceNotFoundException", StringComparison.Ordinal))
                return messages;
            Assert.True(answer.Status == 200, $"FilterLogEvents: {answer}");
            messages.AddRange(answer.Json.GetProperty("events").EnumerateArray().Select(one => one.GetProperty("message").GetString()!));
            request["nextToken"] = answer.Json.TryGetProperty("nextToken", out var token) ? token.GetString() : null;
        }
        while (request["nextToken"] is not null);
        return messages;
    }

    public async Task<WireAnswer> Send(HttpRequestMessage request)
    {
        using (request)
        using (var response = await http.SendAsync(request))
            return new((int)response.StatusCode, response.Headers, await response.Content.ReadAsByteArrayAsync());
    }

    /// <summary>A request that carries the account in its signature's scope.</summary>
    public HttpRequestMessage Request(HttpMethod method, string path, byte[]? body = null, string service = "lambda")
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new ByteArrayContent(body);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", "20260101T000000Z");
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential={account}/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature={new string('0', 64)}");
        return request;
    }
}
