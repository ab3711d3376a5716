namespace Aloft.Platform.CloudWatch.Chunks;

/// <summary>
/// What an X-Amzn-Trace-Id header says: <c>Root=1-61c86fa4-59b3c6d959653c527fd10966;Parent=107ea78a5750a811;Sampled=1</c>.
/// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
/// </summary>
/// <param name="Root">The trace's id.</param>
/// <param name="Parent">The segment within which the function was called; null when the header names none.</param>
readonly record struct TraceHeader(string Root, string? Parent, bool Sampled)
{
    /// <returns>Null when the header has no trace id that is one.</returns>
    internal static TraceHeader? Parse(string header)
    {
        string? root = null, parent = null;
        var sampled = false;
        foreach (var range in header.AsSpan().Split(';'))
        {
            var field = header.AsSpan(range).Trim();
            if (field.StartsWith("Root=", StringComparison.Ordinal))
                root = IsTraceId(field[5..]) ? field[5..].ToString() : null;
            else if (field.StartsWith("Parent=", StringComparison.Ordinal))
                parent = IsHex(field[7..], 16) ? field[7..].ToString() : null;
            else if (field.StartsWith("Sampled=", StringComparison.Ordinal))
                sampled = field[8..] is "1";
        }
        return root is null ? null : new(root, parent, sampled);
    }

    /// <summary>Version 1, the time in 8 hexadecimal digits, 24 random ones: <c>1-61c86fa4-59b3c6d959653c527fd10966</c>.</summary>
    static bool IsTraceId(ReadOnlySpan<char> text) =>
        text.Length == 35 && text.StartsWith("1-", StringComparison.Ordinal) && text[10] == '-' && IsHex(text[2..10], 8) && IsHex(text[11..], 24);

    static bool IsHex(ReadOnlySpan<char> text, int digits) =>
        text.Length == digits && !text.ContainsAnyExcept("0123456789abcdefABCDEF");
}
