using System.Text.Encodings.Web;
using System.Text.Json;

namespace Aloft.Wire;

/// <summary>How answers are written as JSON.</summary>
public static class JsonText
{
    /// <summary>Answers are never embedded in HTML: text stays readable, only what JSON itself demands is escaped.</summary>
    public static JsonWriterOptions Options { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
}
