namespace Aloft.Platform.Iam;

/// <summary>The alphabet of AWS's unique ids. RFC 4648, without padding.</summary>
static class Base32
{
    /// <summary>The first <paramref name="length"/> characters; five bits of <paramref name="bytes"/> make one.</summary>
    internal static string Text(ReadOnlySpan<byte> bytes, int length)
    {
        Span<char> text = stackalloc char[length];
        for (var i = 0; i < length; i++)
        {
            var bit = i * 5;
            var pair = (bytes[bit / 8] << 8) | (bit / 8 + 1 < bytes.Length ? bytes[bit / 8 + 1] : 0);
            text[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[(pair >> (11 - bit % 8)) & 31];
        }
        return new(text);
    }
}
