using System.Security.Cryptography;
using System.Text;

namespace Aloft.Wire.SigV4;

/// <summary>
/// Computes the signature that a request should carry and compares. Thread-safe; keep one, it holds the derived keys.
/// </summary>
public sealed class SigV4Verifier
{
    const int SignatureLength = 64;

    readonly SigningKeys keys = new();

    /// <summary>Null when <paramref name="signature"/> is that of this request by this secret. Its time is checked elsewhere.</summary>
    /// <param name="body">As sent: still compressed when it came compressed.</param>
    public SignatureFault? Verify<T>(RequestSignature signature, in T message, ReadOnlySpan<byte> body, string secret)
        where T : ISignable, allows ref struct
    {
        Span<byte> payloadHash = stackalloc byte[SignatureLength];
        var declared = message.Header(HeaderNames.ContentSha256);
        if (declared is null && signature is { ValidFor: not null, Service: "s3" })
            declared = Signing.UnsignedPayload;

        // UNSIGNED-PAYLOAD and STREAMING-… stand for themselves; a hash must be that of the body.
        if (declared is null || declared.Length == SignatureLength)
        {
            Signing.HexHash(body, payloadHash);
            if (declared is not null && !Ascii.Equals(payloadHash, declared))
                return SignatureFault.Mismatch;
        }
        else if (!Signing.IsLiteralPayloadHash(declared))
        {
            return SignatureFault.Mismatch;
        }
        else
        {
            payloadHash = Encoding.ASCII.GetBytes(declared);
        }

        var key = keys.Find(secret, signature.Date, signature.Region, signature.Service);
        Span<byte> expected = stackalloc byte[SignatureLength];
        Signing.Sign(
            message, key, signature.Timestamp, signature.Date, signature.Region, signature.Service,
            signature.SignedHeaders, payloadHash, expected);

        Span<byte> given = stackalloc byte[SignatureLength];
        return signature.Signature.Length == SignatureLength
            && Encoding.ASCII.TryGetBytes(signature.Signature, given, out _)
            && CryptographicOperations.FixedTimeEquals(expected, given)
                ? null
                : SignatureFault.Mismatch;
    }
}
