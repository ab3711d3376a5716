using System.Text;
using Aloft.Platform.Functions.Invoke;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Aloft.Platform.Functions.RuntimeApi;

/// <summary>
/// An answer that a custom runtime posts piece by piece. An error in its midst comes in the trailers.
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
/// </summary>
internal static class RuntimeApiStream
{
    const string ErrorType = "Lambda-Runtime-Function-Error-Type", ErrorBody = "Lambda-Runtime-Function-Error-Body";

    public static async ValueTask PassOn(HttpContext http, RuntimeApiInstance runtime, Guid requestId, ResponseStream stream)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null; // a function may pause between two pieces

        var contentType = http.Request.ContentType is { Length: > 0 } given ? given : "application/octet-stream";
        var unread = 0L;
        using var read = new SemaphoreSlim(0);
        stream.Begin(contentType, bytes =>
        {
            Interlocked.Add(ref unread, -bytes);
            read.Release();
        });

        var buffer = new byte[16 * 1024];
        for (int count; (count = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0;)
        {
            if (stream.Total + count > Limits.StreamedResponseBytes)
            {
                runtime.AnswerTooLarge(requestId, stream.Total + count);
                return;
            }
            Interlocked.Add(ref unread, count);
            stream.TryWrite(buffer[..count]); // never too much: we wait below
            while (Interlocked.Read(ref unread) > Limits.StreamWindowBytes)
                await read.WaitAsync(http.RequestAborted);
        }

        if (Trailer(http.Request, ErrorType) is { Length: > 0 } type)
            runtime.Answer(requestId, ErrorOf(type, Trailer(http.Request, ErrorBody)), isError: true);
        else
            runtime.AnswerStreamed(requestId, contentType);
    }

    static string Trailer(HttpRequest request, string name) =>
        request.SupportsTrailers() && request.CheckTrailersAvailable() ? request.GetTrailer(name).ToString() : "";

    /// <summary>The body is JSON in base64.</summary>
    static byte[] ErrorOf(string type, string body)
    {
        var json = new byte[body.Length];
        return body.Length > 0 && Convert.TryFromBase64String(body, json, out var count)
            ? json[..count]
            : Encoding.UTF8.GetBytes(new System.Text.Json.Nodes.JsonObject { ["errorType"] = type, ["errorMessage"] = body }.ToJsonString());
    }
}
