using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Aloft.Platform.Kernel;

/// <summary>
/// JSON that functions wrote. What no text can hold, and <see cref="JsonElement"/> therefore throws of, reads as U+FFFD: half a surrogate
/// pair, which JSON can escape, and bytes that are not UTF-8.
/// </summary>
internal static partial class ForeignJson
{
    /// <summary>Throws a <see cref="JsonException"/> for what is not JSON.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json, JsonDocumentOptions options = default) => JsonDocument.Parse(Readable(json), options);

    public static ReadOnlyMemory<byte> Readable(ReadOnlyMemory<byte> json)
    {
        var isUtf8 = Utf8.IsValid(json.Span);
        if (isUtf8 && json.Span.IndexOf("\\ud"u8) < 0 && json.Span.IndexOf("\\uD"u8) < 0)
            return json;
        return Encoding.UTF8.GetBytes(Escapes().Replace(
            Encoding.UTF8.GetString(json.Span), escape => escape.Groups["half"].Success ? "\\ufffd" : escape.Value));
    }

    [GeneratedRegex(
        @"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.", RegexOptions.ExplicitCapture)]
    private static partial Regex Escapes();
}
