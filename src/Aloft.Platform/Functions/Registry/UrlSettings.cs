using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aloft.Platform.Functions.Registry;

/// <summary>How a function URL lets callers in and answers them. https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html</summary>
public sealed record UrlSettings
{
    public static readonly UrlSettings Default = new();

    /// <summary>Callers must sign (AWS_IAM); else everybody may call (NONE).</summary>
    public bool RequiresSignature { get; init; }

    /// <summary>Answers are passed on as they come (RESPONSE_STREAM); else whole (BUFFERED).</summary>
    public bool Streams { get; init; }

    public CorsSettings? Cors { get; init; }

    internal string Write() => JsonSerializer.Serialize(this, UrlSettingsJson.Default.UrlSettings);

    internal static UrlSettings Read(string json) =>
        json.Length == 0 ? Default : JsonSerializer.Deserialize(json, UrlSettingsJson.Default.UrlSettings)!;
}

/// <summary>Which pages of other origins may call. https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html</summary>
/// <param name="MaxAge">Seconds, 0 to 86,400; null where none was given.</param>
public sealed record CorsSettings(
    IReadOnlyList<string>? AllowOrigins,
    IReadOnlyList<string>? AllowMethods,
    IReadOnlyList<string>? AllowHeaders,
    IReadOnlyList<string>? ExposeHeaders,
    bool? AllowCredentials,
    int? MaxAge);

[JsonSerializable(typeof(UrlSettings))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class UrlSettingsJson : JsonSerializerContext;
