using System.Text;

namespace Aloft.Wire.SigV4;

/// <summary>Signs a client's requests.</summary>
public static class SigV4Signer
{
    /// <summary>Adds the headers that SigV4 needs, <c>Authorization</c> last. Headers that are added later are not covered.</summary>
    /// <param name="body">What <paramref name="request"/>'s content will send.</param>
    public static void Sign(
        HttpRequestMessage request, ReadOnlyMemory<byte> body, Credentials credentials, string region, string service, DateTimeOffset now)
    {
        Span<byte> payloadHash = stackalloc byte[64];
        Signing.HexHash(body.Span, payloadHash);
        var timestamp = RequestSignature.Iso(now);
        Set(request, HeaderNames.Date, timestamp);
        Set(request, HeaderNames.ContentSha256, Encoding.ASCII.GetString(payloadHash));
        if (credentials.SessionToken is { } token)
            Set(request, HeaderNames.SecurityToken, token);

        var message = new ClientMessage(request);
        var date = timestamp[..8];
        var signedHeaders = SignedHeaders(request);
        Span<byte> signature = stackalloc byte[64];
        Signing.Sign(
            message, SigningKeys.Derive(credentials.SecretAccessKey, date, region, service),
            timestamp, date, region, service, signedHeaders, payloadHash, signature);

        Set(
            request, HeaderNames.Authorization,
            $"{RequestSignature.Algorithm} Credential={credentials.AccessKeyId}/{date}/{region}/{service}/aws4_request, "
            + $"SignedHeaders={signedHeaders}, Signature={Encoding.ASCII.GetString(signature)}");
    }

    static void Set(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        if (!request.Headers.TryAddWithoutValidation(name, value))
            throw new ArgumentException($"The header {name} cannot be set.", nameof(request));
    }

    static string SignedHeaders(HttpRequestMessage request)
    {
        var names = request.Headers.Select(header => header.Key.ToLowerInvariant())
            .Where(name => name.StartsWith("x-amz-", StringComparison.Ordinal))
            .ToList();
        names.Add("host");
        if (request.Content?.Headers.ContentType is not null)
            names.Add("content-type");
        names.Sort(StringComparer.Ordinal);
        return string.Join(';', names);
    }

    /// <summary>How a request that is about to be sent looks to SigV4.</summary>
    readonly struct ClientMessage(HttpRequestMessage request) : ISignable
    {
        readonly Uri uri = request.RequestUri is { IsAbsoluteUri: true } absolute
            ? absolute
            : throw new ArgumentException("The request needs an absolute address: its host is signed.", nameof(request));

        public ReadOnlySpan<char> Method => request.Method.Method;

        public ReadOnlySpan<char> Path => uri.AbsolutePath;

        public ReadOnlySpan<char> Query => uri.Query.AsSpan().TrimStart('?');

        public string? Header(string name)
        {
            if (name == "host")
                return request.Headers.Host ?? uri.Authority;
            if (request.Headers.TryGetValues(name, out var values) || request.Content?.Headers.TryGetValues(name, out values) == true)
                return string.Join(',', values!);
            return null;
        }
    }
}
