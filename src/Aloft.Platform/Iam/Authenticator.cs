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

    /// <summary>What the request says of its signature, or null; for <see cref="Authenticate"/> once the body has been read.</summary>
    public static RequestSignature? SignatureOf(HttpContext http) => RequestSignature.Of(new SignedHttpRequest(http));

    /// <exception cref="ApiError">The signature is refused: named and numbered as <paramref name="protocol"/> has it.</exception>
    /// <param name="body">As sent: still compressed when it came compressed.</param>
    public Caller Authenticate(HttpContext http, RequestSignature? signature, ReadOnlySpan<byte> body, Protocol protocol)
    {
        if (signature is null)
            return mode == AuthMode.Off
                ? Caller.Root(RequestContext.DefaultAccount, RequestContext.DefaultRegion)
                : throw SignatureFault.Missing.ToApiError(protocol);

        var session = signature.SecurityToken is { } token && sessions.Open(token) is { } opened
            && opened.Credentials.AccessKeyId == signature.AccessKeyId ? opened : null;
        var secret = session?.Credentials.SecretAccessKey ?? RootSecret(signature);
        if (Refusal(http, signature, body, secret, session) is { } fault)
            throw fault.ToApiError(protocol);

        var region = IsRegion(signature.Region) ? signature.Region : RequestContext.DefaultRegion;
        return session is not null
            ? new(session.Account, region, session.PrincipalArn)
            : Caller.Root(Caller.AccountOf(signature.AccessKeyId), region);
    }

    string? RootSecret(RequestSignature signature) =>
        root is not null && signature.AccessKeyId == root.AccessKeyId && signature.SecurityToken == root.SessionToken ? root.SecretAccessKey : null;

    SignatureFault? Refusal(HttpContext http, RequestSignature signature, ReadOnlySpan<byte> body, string? secret, Session? session)
    {
        if (mode == AuthMode.Off && secret is null)
            return null;
        if (signature.Fault is { } fault)
            return new(SignatureFaultKind.Incomplete, fault);
        if (secret is null)
            return SignatureFault.UnknownKey;
        if (mode == AuthMode.On)
        {
            var now = clock.GetUtcNow();
            if (!IsRegion(signature.Region))
                return new(SignatureFaultKind.Mismatch, $"Credential should be scoped to a valid region, not '{signature.Region}'.");
            if (signature.CheckTime(now) is { } late)
                return late;
            if (session is not null && session.Expires <= now)
                return SignatureFault.TokenExpired;
        }
        return verifier.Verify(signature, new SignedHttpRequest(http), body, secret);
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
