using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Aloft.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Aloft.Platform.Front;

/// <summary>A request's body, read to its end within a limit.</summary>
/// <param name="Sent">As sent: what the signature covers.</param>
/// <param name="Content">Decompressed.</param>
sealed record RequestBody(ReadOnlyMemory<byte> Sent, ReadOnlyMemory<byte> Content)
{
    /// <param name="operation">For the message: <c>InvokeFunction</c>.</param>
    internal static async ValueTask<RequestBody> Read(HttpContext http, int maxBytes, string operation)
    {
        RefuseStreaming(http.Request);
        var isCompressed = IsCompressed(http.Request);
        var sent = await ReadSent(http, maxBytes, operation);
        return new(sent, isCompressed ? Decompress(sent, maxBytes, operation) : sent);
    }

    /// <summary>The body as it came, compressed or not.</summary>
    internal static ValueTask<ReadOnlyMemory<byte>> ReadSent(HttpContext http, int maxBytes, string operation) =>
        http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false } || http.Request.ContentLength == 0
            ? default
            : ReadToEnd(http, maxBytes, operation);

    static async ValueTask<ReadOnlyMemory<byte>> ReadToEnd(HttpContext http, int maxBytes, string operation)
    {
        var declared = http.Request.ContentLength;
        if (declared > maxBytes)
            throw TooLarge(maxBytes, operation);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } serverLimit)
            serverLimit.MaxRequestBodySize = null; // ours is the one that counts

        var reader = http.Request.BodyReader;
        var bytes = GC.AllocateUninitializedArray<byte>(
            (int)(declared <= Limits.TrustedBodyBytes ? declared.Value : Limits.FirstBufferBytes));
        var length = 0;
        while (true)
        {
            var read = await Next(reader, http.RequestAborted);
            var arrived = read.Buffer.Length;
            if (length + arrived > maxBytes)
            {
                reader.AdvanceTo(read.Buffer.End);
                throw TooLarge(maxBytes, operation);
            }
            if (length + arrived > bytes.Length)
                Array.Resize(ref bytes, Math.Min(maxBytes, Math.Max(length + (int)arrived, bytes.Length * 2)));
            read.Buffer.CopyTo(bytes.AsSpan(length));
            length += (int)arrived;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return bytes.AsMemory(0, length);
        }
    }

    static async ValueTask<ReadResult> Next(PipeReader reader, CancellationToken stop)
    {
        try
        {
            return await reader.ReadAsync(stop);
        }
        catch (IOException fault) when (fault is not BadHttpRequestException)
        {
            throw new ApiError("BadRequest", 400, "The connection broke before the body was complete.");
        }
    }

    static void RefuseStreaming(HttpRequest request)
    {
        if (request.Headers.TryGetValue("x-amz-content-sha256", out var hash)
            && hash.ToString().StartsWith("STREAMING-", StringComparison.Ordinal))
            throw Unsupported($"A body signed in chunks (x-amz-content-sha256: {hash}) is not supported here. Send it whole.");
    }

    static bool IsCompressed(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding.ToString().Trim();
        if (encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            return false;
        if (encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase))
            return true;
        throw Unsupported($"Content-Encoding '{encoding}' is not supported here. Send the body with gzip or without an encoding.");
    }

    static byte[] Decompress(ReadOnlyMemory<byte> sent, int maxBytes, string operation)
    {
        try
        {
            using var source = new GZipStream(new MemoryStream(sent.ToArray()), CompressionMode.Decompress);
            var content = new ArrayBufferWriter<byte>(Limits.FirstBufferBytes);
            while (source.Read(content.GetSpan(Limits.FirstBufferBytes)) is var count and > 0)
            {
                content.Advance(count);
                if (content.WrittenCount > maxBytes)
                    throw TooLarge(maxBytes, operation);
            }
            return content.WrittenSpan.ToArray();
        }
        catch (InvalidDataException)
        {
            throw Members.Serialization("The body is not the gzip data that Content-Encoding announces.");
        }
    }

    static ApiError Unsupported(string message) => new("UnsupportedMediaTypeException", 415, message);

    static ApiError TooLarge(int maxBytes, string operation) =>
        new("RequestTooLargeException", 413, $"Request must be smaller than {maxBytes} bytes for the {operation} operation");
}
