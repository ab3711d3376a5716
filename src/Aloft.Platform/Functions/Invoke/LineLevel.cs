using System.Text.Json;
using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>The level of a line in a function's JSON log: what its member <c>level</c> says, else INFO.</summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html</remarks>
internal static class LineLevel
{
    public static LogDetail Of(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return LogDetail.Info;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isLevel = json.ValueTextEquals("level"u8);
                json.Read();
                if (isLevel)
                    return json.TokenType == JsonTokenType.String ? Parse(json.GetString()!) : LogDetail.Info;
                json.Skip();
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // a line of plain text, or no text at all
        }
        return LogDetail.Info;
    }

    static LogDetail Parse(string level) => level.ToUpperInvariant() switch
    {
        "TRACE" => LogDetail.Trace,
        "DEBUG" => LogDetail.Debug,
        "WARN" or "WARNING" => LogDetail.Warn,
        "ERROR" => LogDetail.Error,
        "FATAL" or "CRITICAL" => LogDetail.Fatal,
        _ => LogDetail.Info,
    };
}
