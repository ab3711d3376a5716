using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel.Deliveries;

namespace Aloft.Platform.EventSources;

/// <summary>Why an event ended, by the names of the record.</summary>
internal enum EndCondition { Success, RetriesExhausted, EventAgeExceeded }

/// <summary>The record of an asynchronous invocation that a destination gets.</summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html</remarks>
internal static class DestinationRecord
{
    /// <param name="qualifier">As the function was named; null is <c>$LATEST</c>.</param>
    /// <param name="runs">How often the function ran for this event.</param>
    /// <param name="answer">What the function said at last. Null when it was not asked: then the record has no response.</param>
    public static byte[] Write(
        Delivery delivery, FunctionKey function, string? qualifier, EndCondition condition, int runs, InvokeOutcome.Answered? answer, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(512 + delivery.Payload.Length + (answer?.Payload.Length ?? 0));
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("version", "1.0");
            json.WriteString("timestamp", now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteStartObject("requestContext");
            json.WriteString("requestId", delivery.RequestId);
            json.WriteString("functionArn", $"{function.Text}:{qualifier ?? FunctionVersion.Latest}");
            json.WriteString("condition", condition.ToString());
            json.WriteNumber("approximateInvokeCount", runs);
            json.WriteEndObject();
            WritePayload(json, "requestPayload", delivery.Payload.Span);
            if (answer is not null)
                WriteResponse(json, answer);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    static void WriteResponse(Utf8JsonWriter json, InvokeOutcome.Answered answer)
    {
        json.WriteStartObject("responseContext");
        json.WriteNumber("statusCode", 200);
        json.WriteString("executedVersion", answer.Version);
        if (answer.FunctionError is { } error)
            json.WriteString("functionError", error);
        json.WriteEndObject();
        WritePayload(json, "responsePayload", answer.Payload.Span);
    }

    /// <summary>As it is when it is JSON. A custom runtime may answer anything: what is not JSON becomes a string, and nothing null.</summary>
    static void WritePayload(Utf8JsonWriter json, string name, ReadOnlySpan<byte> payload)
    {
        json.WritePropertyName(name);
        if (payload.IsEmpty)
            json.WriteNullValue();
        else if (IsJson(payload))
            json.WriteRawValue(payload, skipInputValidation: true);
        else
            json.WriteStringValue(Encoding.UTF8.GetString(payload));
    }

    static bool IsJson(ReadOnlySpan<byte> payload)
    {
        try
        {
            var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = Limits.PayloadDepth });
            while (reader.Read())
            {
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
