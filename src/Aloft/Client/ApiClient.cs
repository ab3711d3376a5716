using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aloft.Wire.SigV4;

namespace Aloft.Client;

/// <summary>Signed requests to a node, over the public AWS API and no other way.</summary>
internal sealed class ApiClient(ClientSettings settings, TimeProvider clock) : IDisposable
{
    readonly HttpClient http = new(new SocketsHttpHandler
    {
        ConnectTimeout = ProgramLimits.Connect,
        UseProxy = !settings.Endpoint.IsLoopback,
        AllowAutoRedirect = false,
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    public Uri Endpoint => settings.Endpoint;

    /// <summary>12 digits: the access key when it is an account id, as Aloft maps them.</summary>
    public string Account => settings.Credentials.AccessKeyId is { Length: 12 } key && key.All(char.IsAsciiDigit) ? key : "000000000000";

    /// <summary>Sends and reads the whole answer.</summary>
    /// <param name="pathAndQuery">Percent-encoded, with its leading slash.</param>
    /// <exception cref="RequestRefused">The node answered with an error.</exception>
    /// <exception cref="CommandFailed">There is no node, or it does not answer.</exception>
    public async Task<ApiAnswer> Send(
        HttpMethod method, string service, string pathAndQuery, ReadOnlyMemory<byte> body, IReadOnlyDictionary<string, string> headers,
        TimeSpan timeout, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, settings.Endpoint.OriginalString.TrimEnd('/') + pathAndQuery);
        if (!body.IsEmpty)
            request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        foreach (var (name, value) in headers)
            if (name == "Content-Type")
                request.Content!.Headers.ContentType = new MediaTypeHeaderValue(value);
            else
                request.Headers.TryAddWithoutValidation(name, value);
        SigV4Signer.Sign(request, body, settings.Credentials, settings.Region, service, clock.GetUtcNow());

        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(stop);
        bounded.CancelAfter(timeout);
        try
        {
            using var response = await http.SendAsync(request, bounded.Token);
            var answer = new ApiAnswer((int)response.StatusCode, HeadersOf(response), await response.Content.ReadAsByteArrayAsync(bounded.Token));
            return answer.HttpStatus < 400 ? answer : throw Refusal(answer);
        }
        catch (HttpRequestException fault)
        {
            throw new CommandFailed(ExitCode.Unreachable, Unreachable(fault), fault);
        }
        catch (OperationCanceledException fault) when (!stop.IsCancellationRequested)
        {
            throw new CommandFailed(ExitCode.Unreachable, $"{settings.Endpoint.OriginalString} did not answer within {timeout.TotalSeconds:0} s.", fault);
        }
    }

    public void Dispose() => http.Dispose();

    string Unreachable(HttpRequestException fault) => fault.HttpRequestError switch
    {
        HttpRequestError.ConnectionError =>
            $"cannot reach Aloft at {settings.Endpoint.OriginalString}; start it with `./aloft up`, or set AWS_ENDPOINT_URL to where it runs.",
        HttpRequestError.NameResolutionError =>
            $"cannot find the host of {settings.Endpoint.OriginalString}; set AWS_ENDPOINT_URL to where Aloft runs.",
        _ => $"no proper answer from {settings.Endpoint.OriginalString} ({fault.Message}); is it Aloft that listens there?",
    };

    static Dictionary<string, string> HeadersOf(HttpResponseMessage response) => response.Headers
        .ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the error shapes of rest-json and aws-json. https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization</summary>
    static RequestRefused Refusal(ApiAnswer answer)
    {
        JsonObject? body;
        try
        {
            body = JsonNode.Parse(answer.Body) as JsonObject;
        }
        catch (JsonException)
        {
            body = null; // a proxy's or another server's page: the status is all that it tells
        }

        var code = answer.Header("x-amzn-errortype") ?? (string?)body?["__type"] ?? (string?)body?["code"] ?? $"HTTP {answer.HttpStatus}";
        var message = (string?)body?["message"] ?? (string?)body?["Message"] ?? "the answer carries no message.";
        return new(code[(code.LastIndexOf('#') + 1)..].Split(':')[0], answer.HttpStatus, message);
    }
}

/// <summary>An answer of the API that is no error.</summary>
internal sealed record ApiAnswer(int HttpStatus, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public JsonObject Json => JsonNode.Parse(Body) as JsonObject
        ?? throw new CommandFailed(ExitCode.Unreachable, "the answer is not the JSON object that the API promises; is it Aloft that listens there?");
}
