using System.Buffers;
using Aloft.Platform.Front;
using Aloft.Platform.Functions.Asynchronous;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Iam;
using Aloft.Platform.Kernel;
using Aloft.Storage;
using Aloft.Wire;
using Microsoft.AspNetCore.Http;

namespace Aloft.Platform.ApiGateway;

/// <summary>
/// Function URLs: HTTP straight to a function, by host name (<c>ID.lambda-url.REGION.…</c>) and by path (<c>/lambda-url/ID/…</c>). A hot path.
/// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
/// </summary>
public sealed class FunctionUrls(FunctionRegistry registry, Invoker invoker, Authenticator authenticator, TimeProvider time)
{
    const string PathPrefix = "/lambda-url/";
    const string HostLabel = ".lambda-url.";

    /// <summary>AWS's: 6 MB, as for any synchronous invocation.</summary>
    const int MaxBodyBytes = 6 * 1024 * 1024;

    public HttpSite Site => new("function URLs", Claims, Serve);

    static bool Claims(HttpContext http) =>
        RequestTarget.Of(http).Path.StartsWith(PathPrefix, StringComparison.Ordinal)
        || http.Request.Host.Value?.Contains(HostLabel, StringComparison.OrdinalIgnoreCase) == true;

    async Task Serve(HttpContext http)
    {
        var requestId = RequestIds.Next();
        http.Response.Headers["x-amzn-RequestId"] = requestId.ToString();

        var (urlId, path) = Locate(http);
        var url = await registry.Urls.Find(urlId, http.RequestAborted);
        if (url is null)
        {
            await Refuse(http, 404, "There is no function URL with this id. GetFunctionUrlConfig tells a function's own.");
            return;
        }
        if (url.Settings.Cors is { } cors)
        {
            if (UrlCors.IsPreflight(http.Request))
            {
                UrlCors.AnswerPreflight(http, cors);
                return;
            }
            http.Response.OnStarting(() => { UrlCors.Apply(http, cors); return Task.CompletedTask; });
        }

        ReadOnlyMemory<byte> body;
        UrlCaller? caller = null;
        try
        {
            body = await RequestBody.ReadSent(http, new(MaxBodyBytes, "InvokeFunctionUrl"));
            if (url.Settings.RequiresSignature)
                caller = Authenticate(http, body.Span);
        }
        catch (ApiError refused)
        {
            await Refuse(http, refused.HttpStatus, refused.Message);
            return;
        }

        var now = time.GetUtcNow();
        var trace = http.Request.Headers[UrlEvent.TraceHeader] is [{ Length: > 0 } given, ..] ? given : Lineage.NewTrace(requestId, now);
        var payload = UrlEvent.Write(http, urlId, path, requestId, trace, body, caller, now);
        if (payload.Length > MaxBodyBytes)
        {
            await Refuse(http, 413, $"The request, as the event that the function receives, must be at most {MaxBodyBytes} bytes.");
            return;
        }

        var request = new InvokeRequest(url.Key, url.Qualifier, requestId, payload)
        {
            TraceId = trace,
            Source = InvocationSource.Url,
        };
        if (url.Settings.Streams)
            await PassOn(http, request);
        else
            await Answer(http, await invoker.Invoke(request, CancellationToken.None));
    }

    /// <summary>Whoever signs is let in as far as <see cref="Authenticator"/> knows the key; there are no policies yet.</summary>
    UrlCaller Authenticate(HttpContext http, ReadOnlySpan<byte> body)
    {
        var signature = Authenticator.SignatureOf(http) ?? throw new ApiError("AccessDeniedException", 403, "Forbidden");
        return new(signature.AccessKeyId, authenticator.Verify(authenticator.Admit(signature, Protocol.RestJson), http, body, Protocol.RestJson));
    }

    /// <summary>Sends what the function writes as it comes. An answer in one piece is sent as any other.</summary>
    async Task PassOn(HttpContext http, InvokeRequest request)
    {
        var stream = new ResponseStream();
        var running = invoker.Invoke(request with { Stream = stream }, CancellationToken.None).AsTask();
        if (await stream.Begun is not { } contentType)
        {
            await Answer(http, await running);
            return;
        }

        var wellFormed = await UrlStream.Write(http, contentType, stream);
        var outcome = await running;
        var isWhole = outcome is InvokeOutcome.Answered { FunctionError: null };
        if (http.Response.HasStarted)
        {
            if (!isWhole)
                http.Abort(); // only a broken connection tells the client that the rest is missing
        }
        else if (!wellFormed)
            await UrlResponse.Refuse(http);
        else if (isWhole)
            http.Response.ContentLength = UrlResponse.HasBody(http.Response) ? 0 : null;
        else
            await Answer(http, outcome);
    }

    static async Task Answer(HttpContext http, InvokeOutcome outcome)
    {
        if (outcome is InvokeOutcome.Answered answered)
            await PoolThread.EnterFor(answered.Payload.Length);
        await Write(http, outcome);
    }

    static Task Write(HttpContext http, InvokeOutcome outcome) => outcome switch
    {
        InvokeOutcome.Answered { FunctionError: null, ContentType: { } contentType } pieces => UrlResponse.WriteCollected(http, contentType, pieces.Payload),
        InvokeOutcome.Answered { FunctionError: null } answered => UrlResponse.Write(http, answered.Payload),
        InvokeOutcome.Answered => Refuse(http, 502, "Internal Server Error"),
        InvokeOutcome.Throttled throttled => Refuse(http, 429, throttled.Message),
        InvokeOutcome.NotFound => Refuse(http, 404, "The function of this URL does not exist any more."),
        InvokeOutcome.NotReady notReady => Refuse(http, 503, $"The function is in the state {notReady.State}."),
        InvokeOutcome.Unavailable unavailable => Refuse(http, 503, unavailable.Reason),
        _ => throw new InvalidOperationException(outcome.ToString()),
    };

    /// <summary>The URL's id and the path that the function is to see: encoded, as it came.</summary>
    static (string UrlId, string Path) Locate(HttpContext http)
    {
        var path = RequestTarget.Of(http).Path;
        if (path.StartsWith(PathPrefix, StringComparison.Ordinal))
        {
            path = path[PathPrefix.Length..];
            var slash = path.IndexOf('/');
            return slash < 0 ? (path.ToString(), "/") : (path[..slash].ToString(), path[slash..].ToString());
        }
        var host = http.Request.Host.Value!;
        return (host[..host.IndexOf(HostLabel, StringComparison.OrdinalIgnoreCase)].ToLowerInvariant(), path.IsEmpty ? "/" : path.ToString());
    }

    static Task Refuse(HttpContext http, int status, string message)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        var body = new ArrayBufferWriter<byte>();
        using (var json = new System.Text.Json.Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("Message", message);
            json.WriteEndObject();
        }
        http.Response.ContentLength = body.WrittenCount;
        return http.Response.Body.WriteAsync(body.WrittenMemory, http.RequestAborted).AsTask();
    }
}
