using System.Buffers;
using System.Text.Json;
using Aloft.Platform.Functions.Invoke;

namespace Aloft.Platform.Functions.Extensions;

/// <summary>Why an instance ends, as its extensions are told.</summary>
internal enum ShutdownReason { Spindown, Timeout, Failure }

/// <summary>The events of the Extensions API, as JSON.</summary>
internal static class LifecycleEvent
{
    public static byte[] Invoke(Invocation invocation, DateTimeOffset deadline) => Json(json =>
    {
        json.WriteString("eventType", "INVOKE");
        json.WriteNumber("deadlineMs", deadline.ToUnixTimeMilliseconds());
        json.WriteString("requestId", invocation.RequestId);
        json.WriteString("invokedFunctionArn", invocation.InvokedArn);
        json.WriteStartObject("tracing");
        json.WriteString("type", "X-Amzn-Trace-Id");
        json.WriteString("value", invocation.TraceId);
        json.WriteEndObject();
    });

    public static byte[] Shutdown(ShutdownReason reason, DateTimeOffset deadline) => Json(json =>
    {
        json.WriteString("eventType", "SHUTDOWN");
        json.WriteString("shutdownReason", reason.ToString().ToLowerInvariant());
        json.WriteNumber("deadlineMs", deadline.ToUnixTimeMilliseconds());
    });

    static byte[] Json(Action<Utf8JsonWriter> members)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }
}
