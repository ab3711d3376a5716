using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Aloft.Platform.Functions.Extensions.Telemetry;

/// <summary>
/// Records as subscribers get them: <c>{"time", "type", "record"}</c>.
/// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
/// </summary>
internal static class PlatformEvents
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Of(DateTimeOffset now, string type, Action<Utf8JsonWriter> members) => Write(now, type, json =>
    {
        json.WriteStartObject("record");
        members(json);
        json.WriteEndObject();
    });

    /// <summary>A line of a function or an extension: as JSON where it logs so and the line is an object, else as text.</summary>
    public static byte[] Line(DateTimeOffset now, string type, ReadOnlySpan<byte> line, bool isJson)
    {
        var text = Encoding.UTF8.GetString(line);
        var isObject = isJson && IsObject(line);
        return Write(now, type, json =>
        {
            json.WritePropertyName("record");
            if (isObject)
                json.WriteRawValue(text);
            else
                json.WriteStringValue(text);
        });
    }

    public static byte[] Dropped(DateTimeOffset now, int records, long bytes) => Of(now, "platform.logsDropped", json =>
    {
        json.WriteString("reason", "Consumer seems to have fallen behind as it has not acknowledged receipt of logs.");
        json.WriteNumber("droppedRecords", records);
        json.WriteNumber("droppedBytes", bytes);
    });

    static bool IsObject(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line);
        try
        {
            return json.Read() && json.TokenType == JsonTokenType.StartObject && json.TrySkip() && !json.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static byte[] Write(DateTimeOffset now, string type, Action<Utf8JsonWriter> record)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(bytes, Options);
        json.WriteStartObject();
        json.WriteString("time", now.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        json.WriteString("type", type);
        record(json);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }
}
