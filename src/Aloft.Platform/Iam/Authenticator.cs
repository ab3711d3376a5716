using Aloft.Platform.Kernel;
using Aloft.Wire;
using Aloft.Wire.SigV4;
using Microsoft.AspNetCore.Http;

namespace Aloft.Platform.Iam;

/// <summary>Says who a request comes from, and refuses it as AWS would when the mode demands proof and there is none.</summary>
/// <param name="root">The node's own key, from its settings; null when it has none.</param>
public sealed class Authenticator(AuthMode mode, Credentials? root, SessionCredentials sessions, TimeProvider clock)
{
    readonly SigV4Verifier verifier = new();

    /// <summary>What the request says of its signature; null when it has none.</summary>
    public static RequestSignature? SignatureOf(HttpContext http) => RequestSignature.Of(new SignedHttpRequest(http));

    /// <summary>Who the request claims to come from. What can be refused without the body is refused here, before it is read.</summary>
    /// <exception cref="ApiError">Named and numbered as <paramref name="protocol"/> has it.</exception>
    public Claim Admit(RequestSignature? signature, Protocol protocol)
    {
        if (signature is null)
            return mode == AuthMode.Off
                ? new(Caller.Root(RequestContext.DefaultAccount, RequestContext.DefaultRegion), null, null)
                : throw SignatureFault.Missing.ToApiError(protocol);

        var session = signature.SecurityToken is { } token && sessions.Open(token) is { } opened
            && opened.Credentials.AccessKeyId == signature.AccessKeyId ? opened : null;
        var secret = session?.Credentials.SecretAccessKey ?? RootSecret(signature);
        if (Refusal(signature, secret, session) is { } fault)
            throw fault.ToApiError(protocol);

        var region = IsRegion(signature.Region) ? signature.Region : RequestContext.DefaultRegion;
        var caller = session is not null
            ? new Caller(session.Account, region, session.PrincipalArn)
            : Caller.Root(Caller.AccountOf(signature.AccessKeyId), region);
        return new(caller, secret is null ? null : signature, secret);
    }

    /// <summary>Holds the claim against the signature.</summary>
    /// <exception cref="ApiError">The signature is not that of this request by the claimed key.</exception>
    /// <param name="body">As sent: still compressed when it came compressed.</param>
    public Caller Verify(in Claim claim, HttpContext http, ReadOnlySpan<byte> body, Protocol protocol)
    {
        if (claim is { Signature: { } signature, Secret: { } secret }
            && verifier.Verify(signature, new SignedHttpRequest(http), body, secret) is { } fault)
            throw fault.ToApiError(protocol);
        return claim.Caller;
    }

    string? RootSecret(RequestSignature signature) =>
        root is not null && signature.AccessKeyId == root.AccessKeyId && signature.SecurityToken == root.SessionToken
            ? root.SecretAccessKey
            : null;

    SignatureFault? Refusal(RequestSignature signature, string? secret, Session? session)
    {
        if (mode == AuthMode.Off && secret is null)
            return null;
        if (signature.Fault is { } fault)
            return new(SignatureFaultKind.Incomplete, fault);
        if (secret is null)
            return SignatureFault.UnknownKey;
        if (mode == AuthMode.Off)
            return null;
        if (!IsRegion(signature.Region))
            return new(SignatureFaultKind.Mismatch, $"Credential should be scoped to a valid region, not '{signature.Region}'.");
        var now = clock.GetUtcNow();
        return signature.CheckTime(now) ?? (session is not null && session.Expires <= now ? SignatureFault.TokenExpired : null);
    }

    /// <summary>The shape of a region's name: it becomes part of ARNs and keys.</summary>
    static bool IsRegion(string text)
    {
        if (text.Length is 0 or > 32)
            return false;
        foreach (var character in text)
            if (!char.IsAsciiLetterLower(character) && !char.IsAsciiDigit(character) && character != '-')
                return false;
        return true;
    }
}
