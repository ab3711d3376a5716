using Aloft.Wire.SigV4;

namespace Aloft.Platform.Iam;

/// <summary>Who a request says that it comes from, until its body is there to check the signature.</summary>
/// <param name="Signature">To be checked by <paramref name="Secret"/>; both null when the mode does not ask for it.</param>
public readonly record struct Claim(Caller Caller, RequestSignature? Signature, string? Secret)
{
    /// <summary>Never the secret: records end up in logs.</summary>
    public override string ToString() => Caller.ToString();
}
