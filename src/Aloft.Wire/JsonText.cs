using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Aloft.Wire;

/// <summary>How JSON is written, and what of it the parser should have refused.</summary>
public static class JsonText
{
    /// <summary>Answers are never embedded in HTML: text stays readable, only what JSON itself demands is escaped.</summary>
    public static JsonWriterOptions Options { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>
    /// The parser lets malformed UTF-8 and half surrogate pairs through, and fails when they are read: this says so before. Null for
    /// good text. Throws <see cref="JsonException"/> as the parser would.
    /// </summary>
    public static string? Flaw(ReadOnlySpan<byte> json, int maxDepth = 64)
    {
        if (!Utf8.IsValid(json))
            return "The request body is not UTF-8.";
        if (json.IndexOf("\\u"u8) < 0)
            return null;

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        while (reader.Read())
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && !IsText(ref reader))
                return "The request body holds half of a surrogate pair.";
        return null;
    }

    static bool IsText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
