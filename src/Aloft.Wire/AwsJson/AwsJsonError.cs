using System.Buffers;
using System.Text.Json;

namespace Aloft.Wire.AwsJson;

/// <summary>https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization</summary>
public static class AwsJsonError
{
    public static void Write(IBufferWriter<byte> to, ApiError error)
    {
        using var json = new Utf8JsonWriter(to, JsonText.Options);
        json.WriteStartObject();
        json.WriteString("__type", error.Code);
        json.WriteString("message", error.Message);
        foreach (var (name, value) in error.Members)
            json.WriteString(name, value);
        json.WriteEndObject();
    }
}
