using System.Text.Json;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Kernel;
using Microsoft.AspNetCore.Http;

namespace Aloft.Platform.ApiGateway;

/// <summary>
/// A function's answer as an HTTP response that is sent as it comes. What the function wrote as
/// <see cref="HttpIntegration"/> begins with a JSON prelude (status, headers, cookies) and eight zero bytes.
/// https://docs.aws.amazon.com/lambda/latest/dg/response-streaming-tutorial.html
/// </summary>
internal static class UrlStream
{
    public const string HttpIntegration = "application/vnd.awslambda.http-integration-response";

    /// <summary>A prelude that is longer is none.</summary>
    const int MaxPreludeBytes = 64 * 1024;

    static ReadOnlySpan<byte> PreludeEnd => new byte[8];

    /// <returns>False when the function's prelude was malformed and nothing has been sent.</returns>
    public static async ValueTask<bool> Write(HttpContext http, string contentType, ResponseStream stream)
    {
        var response = http.Response;
        var prelude = contentType == HttpIntegration ? new MemoryStream() : null;
        if (prelude is null)
            response.ContentType = contentType;
        await foreach (var piece in stream.Read(http.RequestAborted))
        {
            var rest = piece;
            if (prelude is not null)
            {
                prelude.Write(piece.Span);
                if (!TrySplit(prelude, out var head, out rest))
                {
                    if (prelude.Length > MaxPreludeBytes)
                        return false;
                    continue;
                }
                if (!UrlResponse.TryHead(http, head))
                    return false;
                prelude = null;
            }
            if (!UrlResponse.HasBody(response))
                continue; // the function is heard out, to nobody
            await response.Body.WriteAsync(rest, http.RequestAborted);
            await response.Body.FlushAsync(http.RequestAborted);
        }
        return prelude is null;
    }

    /// <summary>The same of an answer that was collected.</summary>
    public static bool TrySplit(ReadOnlyMemory<byte> whole, out JsonElement head, out ReadOnlyMemory<byte> rest)
    {
        (head, rest) = (default, default);
        var end = whole.Span.IndexOf(PreludeEnd);
        if (end < 0)
            return false;
        try
        {
            using var json = ForeignJson.Parse(whole[..end]);
            head = json.RootElement.Clone();
        }
        catch (JsonException)
        {
            // TryHead refuses what is no object.
        }
        rest = whole[(end + PreludeEnd.Length)..];
        return true;
    }

    static bool TrySplit(MemoryStream gathered, out JsonElement head, out ReadOnlyMemory<byte> rest) =>
        TrySplit(gathered.GetBuffer().AsMemory(0, (int)gathered.Length), out head, out rest);
}
