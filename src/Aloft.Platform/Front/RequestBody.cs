using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Aloft.Platform.Kernel;
using Aloft.Storage;
using Aloft.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Aloft.Platform.Front;

/// <summary>A request's body, read to its end within a limit.</summary>
/// <param name="Sent">As sent: what the signature covers.</param>
/// <param name="Content">Decompressed.</param>
sealed record RequestBody(ReadOnlyMemory<byte> Sent, ReadOnlyMemory<byte> Content)
{
    internal static async ValueTask<RequestBody> Read(HttpContext http, BodyLimit limit)
    {
        RefuseStreaming(http.Request);
        var isCompressed = IsCompressed(http.Request);
        var sent = await ReadSent(http, limit);
        if (!isCompressed)
            return new(sent, sent);
        await PoolThread.Enter(); // however short: it may become long
        return new(sent, Decompress(sent, limit));
    }

    /// <summary>The body as it came, compressed or not.</summary>
    internal static ValueTask<ReadOnlyMemory<byte>> ReadSent(HttpContext http, BodyLimit limit) =>
        http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false } || http.Request.ContentLength == 0
            ? default
            : ReadToEnd(http, limit);

    static async ValueTask<ReadOnlyMemory<byte>> ReadToEnd(HttpContext http, BodyLimit limit)
    {
        var declared = http.Request.ContentLength;
        if (declared > limit.Bytes)
            throw TooLarge(limit);
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
            if (length + arrived > limit.Bytes)
            {
                reader.AdvanceTo(read.Buffer.End);
                throw TooLarge(limit);
            }
            if (length + arrived > bytes.Length)
                Array.Resize(ref bytes, Math.Min(limit.Bytes, Math.Max(length + (int)arrived, bytes.Length * 2)));
            read.Buffer.CopyTo(bytes.AsSpan(length));
            length += (int)arrived;
            reader.AdvanceTo(read.Buffer.End);
            await PoolThread.EnterFor(length); // a fast sender of much would have the thread to itself until the end, and then its parsing
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

    static byte[] Decompress(ReadOnlyMemory<byte> sent, BodyLimit limit)
    {
        try
        {
            using var source = new GZipStream(new MemoryStream(sent.ToArray()), CompressionMode.Decompress);
            var content = new ArrayBufferWriter<byte>(Limits.FirstBufferBytes);
            while (source.Read(content.GetSpan(Limits.FirstBufferBytes)) is var count and > 0)
            {
                content.Advance(count);
                if (content.WrittenCount > limit.Bytes)
                    throw TooLarge(limit);
            }
            return content.WrittenSpan.ToArray();
        }
        catch (InvalidDataException)
        {
            throw Members.Serialization("The body is not the gzip data that Content-Encoding announces.");
        }
    }

    static ApiError Unsupported(string message) => new("UnsupportedMediaTypeException", 415, message);

    static ApiError TooLarge(BodyLimit limit) =>
        new(limit.Code, 413, $"Request must be smaller than {limit.Bytes} bytes for the {limit.OperationName} operation");
}

/// <summary>How long a body may be, and how a longer one is refused.</summary>
/// <param name="OperationName">For the message: <c>InvokeFunction</c>.</param>
readonly record struct BodyLimit(int Bytes, string OperationName, string Code = Operation.CommonTooLargeCode);
