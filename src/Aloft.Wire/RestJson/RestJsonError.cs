using System.Buffers;
using System.Text.Json;

namespace Aloft.Wire.RestJson;

/// <summary>https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization</summary>
public static class RestJsonError
{
    /// <summary>The header that names the error's shape.</summary>
    public const string TypeHeader = "x-amzn-ErrorType";

    /// <summary>
    /// Lambda's error shapes disagree on the case of their message (<c>ResourceNotFoundException$Message</c>,
    /// <c>ResourceConflictException$message</c>) and typed clients read the one of the model: both are sent.
    /// </summary>
    public static void Write(IBufferWriter<byte> to, ApiError error)
    {
        using var json = new Utf8JsonWriter(to, JsonText.Options);
        json.WriteStartObject();
        json.WriteString("Type", error.IsSenderFault ? "User" : "Service");
        json.WriteString("Message", error.Message);
        json.WriteString("message", error.Message);
        foreach (var (name, value) in error.Members)
            json.WriteString(name, value);
        json.WriteEndObject();
    }
}
