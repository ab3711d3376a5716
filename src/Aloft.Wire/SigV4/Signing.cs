using System.Security.Cryptography;

namespace Aloft.Wire.SigV4;

/// <summary>The arithmetic that signing and verifying share.</summary>
static class Signing
{
    internal const string UnsignedPayload = "UNSIGNED-PAYLOAD";

    /// <summary>https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html</summary>
    internal const string StreamingPrefix = "STREAMING-";

    internal static bool IsLiteralPayloadHash(string declared) =>
        declared == UnsignedPayload || declared.StartsWith(StreamingPrefix, StringComparison.Ordinal);

    internal static void HexHash(ReadOnlySpan<byte> body, Span<byte> hex)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        Convert.TryToHexStringLower(hash, hex, out _);
    }

    /// <summary>Canonical request, string to sign, signature in lower-case hex.</summary>
    internal static void Sign<T>(
        in T message, byte[] key, string timestamp, string date, string region, string service,
        string signedHeaders, ReadOnlySpan<byte> payloadHash, Span<byte> signature)
        where T : ISignable, allows ref struct
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        CanonicalRequest.Hash(message, service, signedHeaders, payloadHash, hash);

        using var text = new PooledBytes(256);
        text.Add("AWS4-HMAC-SHA256\n"u8).Add(timestamp).Add((byte)'\n')
            .Add(date).Add((byte)'/').Add(region).Add((byte)'/').Add(service).Add("/aws4_request\n"u8)
            .AddHex(hash);
        HMACSHA256.HashData(key, text.Written, hash);
        Convert.TryToHexStringLower(hash, signature, out _);
    }
}
