using System.Globalization;

namespace Aloft.Wire.SigV4;

/// <summary>
/// The signature that a request carries in its Authorization header or, presigned, in its query: taken apart, not yet believed.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
/// </summary>
public sealed class RequestSignature
{
    internal const string Algorithm = "AWS4-HMAC-SHA256";
    internal const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>How far a client's clock may be off. AWS says so in its messages: <c>(20150830T123600Z + 5 min.)</c>.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html</summary>
    static readonly TimeSpan LongestValidity = TimeSpan.FromDays(7);

    public string AccessKeyId { get; private set; } = "";

    /// <summary>Of the scope: <c>yyyyMMdd</c>.</summary>
    public string Date { get; private set; } = "";

    public string Region { get; private set; } = "";

    /// <summary>The signing name: <c>lambda</c>.</summary>
    public string Service { get; private set; } = "";

    /// <summary>Lower-case names separated by semicolons.</summary>
    public string SignedHeaders { get; private set; } = "";

    public string Signature { get; private set; } = "";

    /// <summary>When it was signed: <c>20150830T123600Z</c>.</summary>
    public string Timestamp { get; private set; } = "";

    public string? SecurityToken { get; private set; }

    /// <summary>How long a presigned request is good for; null when the signature is in the header.</summary>
    public TimeSpan? ValidFor { get; private set; }

    /// <summary>What is ill-formed, in AWS's words. Everything that could be read stands in the other properties all the same.</summary>
    public string? Fault { get; private set; }

    /// <summary>Null when the request is not signed.</summary>
    public static RequestSignature? Of<T>(in T message) where T : ISignable, allows ref struct
    {
        if (message.Header(HeaderNames.Authorization) is { } header)
        {
            var signature = new RequestSignature
            {
                SecurityToken = message.Header(HeaderNames.SecurityToken),
                Timestamp = message.Header(HeaderNames.Date) ?? Iso(message.Header("date")),
            };
            signature.ReadHeader(header);
            return signature;
        }
        if (message.Query.Contains("X-Amz-Algorithm=", StringComparison.Ordinal))
        {
            var signature = new RequestSignature { ValidFor = TimeSpan.Zero };
            signature.ReadQuery(message.Query);
            return signature;
        }
        return null;
    }

    /// <summary>Null when it was made at a time that is still, and already, acceptable.</summary>
    public SignatureFault? CheckTime(DateTimeOffset now)
    {
        if (!TryParse(Timestamp, TimeFormat, out var signed))
            return new(
                SignatureFaultKind.Incomplete,
                $"Date must be in ISO-8601 'basic format'. Got '{Shorten(Timestamp)}'. See http://en.wikipedia.org/wiki/ISO_8601");
        if (!Timestamp.AsSpan().StartsWith(Date))
            return new(
                SignatureFaultKind.Mismatch,
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                + $"'{Date}' != '{Timestamp.AsSpan(0, 8)}', from '{Timestamp}'.");
        if (signed - now > ClockTolerance)
            return new(
                SignatureFaultKind.Mismatch,
                $"Signature not yet current: {Timestamp} is still later than {Iso(now + ClockTolerance)} ({Iso(now)} + 5 min.)");
        if (ValidFor is { } validFor)
            return now - signed <= validFor ? null : new(SignatureFaultKind.RequestExpired, "Request has expired.");
        return now - signed <= ClockTolerance
            ? null
            : new(
                SignatureFaultKind.Mismatch,
                $"Signature expired: {Timestamp} is now earlier than {Iso(now - ClockTolerance)} ({Iso(now)} - 5 min.)");
    }

    internal static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    static string Iso(string? httpDate) => TryParse(httpDate, "r", out var date) ? Iso(date) : httpDate ?? "";

    static bool TryParse(string? text, string format, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    void ReadHeader(string header)
    {
        var space = header.IndexOf(' ');
        var algorithm = header.AsSpan(0, space < 0 ? header.Length : space);
        if (algorithm is not Algorithm)
            Fault = $"Unsupported AWS 'algorithm': '{Shorten(algorithm)}'. Sign with {Algorithm}.";

        foreach (var range in header.AsSpan(algorithm.Length).Split(','))
        {
            var part = header.AsSpan(algorithm.Length)[range].Trim(' ');
            var equals = part.IndexOf('=');
            if (equals < 0 || part.Contains(' '))
            {
                Fault ??= $"'{Shorten(part)}' not a valid key=value pair (missing equal-sign) in Authorization header.";
                continue;
            }
            Take(part[..equals], part[(equals + 1)..]);
        }

        var missing = "";
        if (AccessKeyId.Length == 0 && Fault is null)
            missing += "Authorization header requires 'Credential' parameter. ";
        if (Signature.Length == 0)
            missing += "Authorization header requires 'Signature' parameter. ";
        if (SignedHeaders.Length == 0)
            missing += "Authorization header requires 'SignedHeaders' parameter. ";
        if (Timestamp.Length == 0)
            missing += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
        if (missing.Length > 0)
            Fault ??= missing + $"Authorization={Shorten(algorithm)}";
        CheckHost();
    }

    void ReadQuery(ReadOnlySpan<char> query)
    {
        string? expires = null;
        foreach (var range in query.Split('&'))
        {
            var part = query[range];
            var equals = part.IndexOf('=');
            if (equals < 0 || !part.StartsWith("X-Amz-", StringComparison.Ordinal))
                continue;
            var value = Uri.UnescapeDataString(part[(equals + 1)..]);
            switch (part[..equals])
            {
                case "X-Amz-Algorithm" when value != Algorithm:
                    Fault = $"Unsupported AWS 'algorithm': '{Shorten(value)}'. Sign with {Algorithm}.";
                    break;
                case "X-Amz-Date": Timestamp = value; break;
                case "X-Amz-Expires": expires = value; break;
                case "X-Amz-Security-Token": SecurityToken = value; break;
                default: Take(part["X-Amz-".Length..equals], value); break;
            }
        }

        var missing = AccessKeyId.Length == 0 ? "X-Amz-Credential" : Signature.Length == 0 ? "X-Amz-Signature"
            : SignedHeaders.Length == 0 ? "X-Amz-SignedHeaders" : Timestamp.Length == 0 ? "X-Amz-Date" : null;
        if (missing is not null)
            Fault ??= $"AWS query-string parameters must include '{missing}'. Re-examine the query-string parameters.";

        // Services other than S3 accept a signed query without a validity: it counts as a header signature would.
        if (expires is null)
            ValidFor = ClockTolerance;
        else if (int.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= LongestValidity.TotalSeconds)
            ValidFor = TimeSpan.FromSeconds(seconds);
        else
            Fault ??= "X-Amz-Expires must be a number of seconds, at most 604800.";
        CheckHost();
    }

    void Take(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        switch (name)
        {
            case "Credential": ReadCredential(value); break;
            case "SignedHeaders": SignedHeaders = value.ToString(); break;
            case "Signature": Signature = value.ToString(); break;
        }
    }

    /// <summary>The access key id itself may contain slashes: the scope is counted from the end.</summary>
    void ReadCredential(ReadOnlySpan<char> credential)
    {
        Span<Range> parts = stackalloc Range[6];
        var count = credential.Split(parts, '/');
        if (count >= 1)
            AccessKeyId = credential[parts[0]].ToString();
        if (count == 5)
        {
            Date = credential[parts[1]].ToString();
            Region = credential[parts[2]].ToString();
            Service = credential[parts[3]].ToString();
            if (credential[parts[4]] is not "aws4_request")
                Fault ??= $"Credential should be scoped with a valid terminator: 'aws4_request', not '{Shorten(credential[parts[4]])}'.";
        }
        else
        {
            Fault ??= "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
                + $"got '{Shorten(credential)}'.";
        }
    }

    void CheckHost()
    {
        if (Fault is not null)
            return;
        foreach (var range in SignedHeaders.AsSpan().Split(';'))
            if (SignedHeaders.AsSpan(range) is "host" or ":authority")
                return;
        Fault = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
    }

    static ReadOnlySpan<char> Shorten(ReadOnlySpan<char> text) => text.Length <= 200 ? text : text[..200];
}
