using System.Buffers;
using Aloft.Platform.Front;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;
using Microsoft.AspNetCore.Http;

namespace Aloft.Platform.ApiGateway;

/// <summary>
/// Function URLs: HTTP straight to a function, by host name (<c>ID.lambda-url.REGION.…</c>) and by path (<c>/lambda-url/ID/…</c>). A hot path.
/// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
/// </summary>
public sealed class FunctionUrls(FunctionRegistry registry, Invoker invoker, TimeProvider time)
{
    const string PathPrefix = "/lambda-url/";
    const string HostLabel = ".lambda-url.";

    /// <summary>AWS's: 6 MB, as for any synchronous invocation.</summary>
    const int MaxBodyBytes = 6 * 1024 * 1024;

    public HttpSite Site => new("function URLs", Claims, Serve);

    static bool Claims(HttpContext http) =>
        http.Request.Path.Value!.StartsWith(PathPrefix, StringComparison.Ordinal)
        || http.Request.Host.Value?.Contains(HostLabel, StringComparison.OrdinalIgnoreCase) == true;

    async Task Serve(HttpContext http)
    {
        var requestId = RequestIds.Next();
        http.Response.Headers["x-amzn-RequestId"] = requestId.ToString();

        var (urlId, path) = Locate(http.Request);
        var url = await registry.FindUrl(urlId, http.RequestAborted);
        if (url is null)
        {
            await Refuse(http, 404, "There is no function URL with this id. GetFunctionUrlConfig tells a function's own.");
            return;
        }

        ReadOnlyMemory<byte> body;
        try
        {
            body = await RequestBody.ReadSent(http, new(MaxBodyBytes, "InvokeFunctionUrl"));
        }
        catch (ApiError refused)
        {
            await Refuse(http, refused.HttpStatus, refused.Message);
            return;
        }

        var payload = UrlEvent.Write(http, urlId, path, requestId, body, time.GetUtcNow());
        if (payload.Length > MaxBodyBytes)
        {
            await Refuse(http, 413, $"The request, as the event that the function receives, must be at most {MaxBodyBytes} bytes.");
            return;
        }

        var outcome = await invoker.Invoke(
            new(url.Key, url.Qualifier, requestId, payload) { TraceId = http.Request.Headers["X-Amzn-Trace-Id"].ToString() }, CancellationToken.None);
        await (outcome switch
        {
            InvokeOutcome.Answered { FunctionError: null } answered => UrlResponse.Write(http, answered.Payload),
            InvokeOutcome.Answered => Refuse(http, 502, "Internal Server Error"),
            InvokeOutcome.Throttled throttled => Refuse(http, 429, throttled.Message),
            InvokeOutcome.NotFound => Refuse(http, 404, "The function of this URL does not exist any more."),
            InvokeOutcome.NotReady notReady => Refuse(http, 503, $"The function is in the state {notReady.State}."),
            InvokeOutcome.Unavailable unavailable => Refuse(http, 503, unavailable.Reason),
            _ => throw new InvalidOperationException(outcome.ToString()),
        });
    }

    /// <summary>The URL's id and the path that the function is to see.</summary>
    static (string UrlId, string Path) Locate(HttpRequest request)
    {
        var path = request.Path.Value!;
        if (path.StartsWith(PathPrefix, StringComparison.Ordinal))
        {
            var slash = path.IndexOf('/', PathPrefix.Length);
            return slash < 0 ? (path[PathPrefix.Length..], "/") : (path[PathPrefix.Length..slash], path[slash..]);
        }
        var host = request.Host.Value!;
        return (host[..host.IndexOf(HostLabel, StringComparison.OrdinalIgnoreCase)].ToLowerInvariant(), path);
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
