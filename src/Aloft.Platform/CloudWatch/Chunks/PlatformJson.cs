using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.CloudWatch.Chunks;

/// <summary>
/// The platform's lines of a function that logs in JSON, one object a line.
/// https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
/// </summary>
public static class PlatformJson
{
    public static string Render(in PlatformRecord record)
    {
        var shown = record;
        return record.Kind switch
        {
            PlatformRecordKind.Start => Line(record.Timestamp, "platform.start", json =>
            {
                json.WriteString("requestId", shown.RequestId);
                json.WriteString("version", shown.Version);
            }),
            PlatformRecordKind.End => Line(record.Timestamp, "platform.runtimeDone", json =>
            {
                json.WriteString("requestId", shown.RequestId);
                json.WriteString("status", shown.Status ?? "success");
                WriteErrorType(json, shown.ErrorType);
                json.WriteStartObject("metrics");
                Milliseconds(json, "durationMs", shown.Duration);
                json.WriteEndObject();
            }),
            _ => Line(record.Timestamp, "platform.report", json => Report(json, shown)),
        };
    }

    /// <param name="type"><c>on-demand</c> or <c>provisioned-concurrency</c>.</param>
    /// <param name="runtime">Name and version of what runs: <c>nodejs 20.20.2</c>.</param>
    public static string InitStart(DateTimeOffset now, string type, string runtime, string function, string version) =>
        Line(now, "platform.initStart", json =>
        {
            json.WriteString("initializationType", type);
            json.WriteString("phase", "init");
            json.WriteString("runtimeVersion", runtime);
            json.WriteString("functionName", function);
            json.WriteString("functionVersion", version);
        });

    public static string InitReport(DateTimeOffset now, string type, TimeSpan took, string status, string? errorType) =>
        Line(now, "platform.initReport", json =>
        {
            json.WriteString("initializationType", type);
            json.WriteString("phase", "init");
            json.WriteString("status", status);
            WriteErrorType(json, errorType);
            json.WriteStartObject("metrics");
            Milliseconds(json, "durationMs", took);
            json.WriteEndObject();
        });

    public static string Extension(DateTimeOffset now, string name, string state, IEnumerable<string> events, string? errorType) =>
        Line(now, "platform.extension", json =>
        {
            json.WriteString("name", name);
            json.WriteString("state", state);
            WriteArray(json, "events", events);
            WriteErrorType(json, errorType);
        });

    public static string Subscription(DateTimeOffset now, string extension, IEnumerable<string> types) =>
        Line(now, "platform.telemetrySubscription", json =>
        {
            json.WriteString("name", extension);
            json.WriteString("state", "Subscribed");
            WriteArray(json, "types", types);
        });

    static void WriteArray(Utf8JsonWriter json, string name, IEnumerable<string> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
            json.WriteStringValue(item);
        json.WriteEndArray();
    }

    /// <summary>What the platform says of a failure within an invocation, as a line of the application.</summary>
    public static string Failure(DateTimeOffset now, Guid requestId, string errorType, string message)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        json.WriteString("timestamp", Time(now));
        json.WriteString("level", "ERROR");
        json.WriteString("requestId", requestId);
        json.WriteString("errorType", errorType);
        json.WriteString("message", message);
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    static void Report(Utf8JsonWriter json, PlatformRecord record)
    {
        json.WriteString("requestId", record.RequestId);
        json.WriteStartObject("metrics");
        Milliseconds(json, "durationMs", record.Duration);
        json.WriteNumber("billedDurationMs", record.BilledMilliseconds);
        json.WriteNumber("memorySizeMB", record.MemoryMegabytes);
        json.WriteNumber("maxMemoryUsedMB", PlatformLines.Megabytes(record));
        if (record.InitDuration is { } init)
            Milliseconds(json, "initDurationMs", init);
        if (record.CpuTime > TimeSpan.Zero)
            Milliseconds(json, "cpuTimeMs", record.CpuTime); // not AWS's, as in the text
        json.WriteEndObject();
        if (record.TraceId is { } traceId)
        {
            json.WriteStartObject("tracing");
            json.WriteString("type", "X-Amzn-Trace-Id");
            json.WriteString("value", traceId);
            json.WriteEndObject();
        }
        json.WriteString("status", record.Status ?? "success");
        WriteErrorType(json, record.ErrorType);
    }

    static string Line(DateTimeOffset now, string type, Action<Utf8JsonWriter> record)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        json.WriteString("time", Time(now));
        json.WriteString("type", type);
        json.WriteStartObject("record");
        record(json);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(bytes.WrittenSpan) + "\n";
    }

    static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    static void Milliseconds(Utf8JsonWriter json, string name, TimeSpan span) => json.WriteNumber(name, Math.Round(span.TotalMilliseconds, 3));

    static void WriteErrorType(Utf8JsonWriter json, string? errorType)
    {
        if (errorType is not null)
            json.WriteString("errorType", errorType);
    }
}
