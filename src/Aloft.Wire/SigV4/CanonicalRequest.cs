using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Aloft.Wire.SigV4;

/// <summary>
/// The one text that client and server make of the same request, to be signed.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
/// </summary>
static class CanonicalRequest
{
    static readonly SearchValues<char> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    static readonly SearchValues<char> UnreservedAndSlash =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/");

    /// <summary>The SHA-256 of the canonical request.</summary>
    /// <param name="signedHeaders">Lower-case names separated by semicolons.</param>
    /// <param name="payloadHash">Lower-case hex, or a literal such as <c>UNSIGNED-PAYLOAD</c>.</param>
    internal static void Hash<T>(in T message, string service, string signedHeaders, ReadOnlySpan<byte> payloadHash, Span<byte> sha256)
        where T : ISignable, allows ref struct
    {
        using var text = new PooledBytes();
        Write(text, message, service, signedHeaders, payloadHash);
        SHA256.HashData(text.Written, sha256);
    }

    internal static void Write<T>(PooledBytes to, in T message, string service, string signedHeaders, ReadOnlySpan<byte> payloadHash)
        where T : ISignable, allows ref struct
    {
        to.Add(message.Method).Add((byte)'\n');
        WritePath(to, message.Path, isS3: service == "s3");
        to.Add((byte)'\n');
        WriteQuery(to, message.Query);
        to.Add((byte)'\n');
        foreach (var range in signedHeaders.AsSpan().Split(';'))
            WriteHeader(to, message, signedHeaders.AsSpan(range));
        to.Add((byte)'\n').Add(signedHeaders).Add((byte)'\n').Add(payloadHash);
    }

    /// <summary>S3 takes the path as it came; every other service normalises it and encodes what is already encoded once more.</summary>
    static void WritePath(PooledBytes to, ReadOnlySpan<char> path, bool isS3)
    {
        if (path.IsEmpty)
            to.Add((byte)'/');
        else if (isS3)
            WriteEncodedOnce(to, path, UnreservedAndSlash);
        else
            WriteEncoded(to, IsNormal(path) ? path : Normalised(path));
    }

    static bool IsNormal(ReadOnlySpan<char> path) =>
        !path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal);

    static string Normalised(ReadOnlySpan<char> path)
    {
        var segments = new List<string>();
        foreach (var range in path.Split('/'))
            switch (path[range])
            {
                case "" or ".": break;
                case "..": if (segments.Count > 0) segments.RemoveAt(segments.Count - 1); break;
                case var segment: segments.Add(segment.ToString()); break;
            }
        var joined = "/" + string.Join('/', segments);
        return segments.Count > 0 && path[^1] == '/' ? joined + "/" : joined;
    }

    static void WriteQuery(PooledBytes to, ReadOnlySpan<char> query)
    {
        if (query.IsEmpty)
            return;

        var parameters = new List<(string Name, string Value)>();
        foreach (var range in query.Split('&'))
        {
            var parameter = query[range];
            var equals = parameter.IndexOf('=');
            var name = equals < 0 ? parameter : parameter[..equals];
            if (!parameter.IsEmpty && name is not "X-Amz-Signature")
                parameters.Add((EncodedOnce(name), equals < 0 ? "" : EncodedOnce(parameter[(equals + 1)..])));
        }
        parameters.Sort(static (a, b) =>
            string.CompareOrdinal(a.Name, b.Name) is var byName and not 0 ? byName : string.CompareOrdinal(a.Value, b.Value));

        for (var i = 0; i < parameters.Count; i++)
        {
            if (i > 0)
                to.Add((byte)'&');
            to.Add(parameters[i].Name).Add((byte)'=').Add(parameters[i].Value);
        }
    }

    static void WriteHeader<T>(PooledBytes to, in T message, ReadOnlySpan<char> name) where T : ISignable, allows ref struct
    {
        to.Add(name).Add((byte)':');
        var value = message.Header(HeaderNames.Text(name)).AsSpan().Trim(' ');
        // Runs of spaces within a value count as one.
        while (value.IndexOf("  ", StringComparison.Ordinal) is var run and >= 0)
        {
            to.Add(value[..(run + 1)]);
            value = value[run..].TrimStart(' ');
        }
        to.Add(value).Add((byte)'\n');
    }

    static string EncodedOnce(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAnyExcept(Unreserved))
            return text.ToString();
        using var encoded = new PooledBytes(text.Length * 3);
        WriteEncodedOnce(encoded, text, Unreserved);
        return Encoding.ASCII.GetString(encoded.Written);
    }

    /// <summary>Percent-encodes what should be and is not, decodes what is and should not be, and leaves the rest.</summary>
    static void WriteEncodedOnce(PooledBytes to, ReadOnlySpan<char> text, SearchValues<char> plain)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                var value = (byte)((HexValue(text[i + 1]) << 4) | HexValue(text[i + 2]));
                if (Unreserved.Contains((char)value))
                    to.Add(value);
                else
                    AddPercent(to, value);
                i += 2;
            }
            else
            {
                i += WriteEncodedRune(to, text[i..], plain) - 1;
            }
        }
    }

    static void WriteEncoded(PooledBytes to, ReadOnlySpan<char> text)
    {
        while (text.IndexOfAnyExcept(UnreservedAndSlash) is var next and >= 0)
        {
            to.Add(text[..next]);
            text = text[next..];
            text = text[WriteEncodedRune(to, text, UnreservedAndSlash)..];
        }
        to.Add(text);
    }

    /// <summary>How many characters of <paramref name="text"/> it took.</summary>
    static int WriteEncodedRune(PooledBytes to, ReadOnlySpan<char> text, SearchValues<char> plain)
    {
        if (plain.Contains(text[0]))
        {
            to.Add((byte)text[0]);
            return 1;
        }
        Rune.DecodeFromUtf16(text, out var rune, out var taken);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var value in utf8[..rune.EncodeToUtf8(utf8)])
            AddPercent(to, value);
        return taken;
    }

    static void AddPercent(PooledBytes to, byte value)
    {
        to.Add((byte)'%').Add((byte)"0123456789ABCDEF"[value >> 4]).Add((byte)"0123456789ABCDEF"[value & 15]);
    }

    static int HexValue(char digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
