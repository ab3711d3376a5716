using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;

namespace Aloft.Wire.Query;

/// <summary>
/// Answers of the Query protocol. A member of the tree becomes an element, an item of a list a <c>member</c> element; null members
/// are left out. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#response-serialization
/// </summary>
public static class QueryXml
{
    static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        OmitXmlDeclaration = true,
        NewLineHandling = NewLineHandling.Entitize,
    };

    /// <param name="result">The output shape; null for an operation that answers nothing.</param>
    public static void WriteAnswer(IBufferWriter<byte> to, string operation, string? xmlNamespace, JsonObject? result, string requestId) =>
        Write(to, xml =>
        {
            xml.WriteStartElement($"{operation}Response", xmlNamespace);
            if (result is not null)
                WriteElement(xml, $"{operation}Result", result, xmlNamespace);
            xml.WriteStartElement("ResponseMetadata", xmlNamespace);
            xml.WriteElementString("RequestId", xmlNamespace, requestId);
            xml.WriteEndElement();
            xml.WriteEndElement();
        });

    /// <summary>https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#operation-error-serialization</summary>
    public static void WriteError(IBufferWriter<byte> to, ApiError error, string? xmlNamespace, string requestId) =>
        Write(to, xml =>
        {
            xml.WriteStartElement("ErrorResponse", xmlNamespace);
            xml.WriteStartElement("Error", xmlNamespace);
            xml.WriteElementString("Type", xmlNamespace, error.IsSenderFault ? "Sender" : "Receiver");
            WriteDetails(xml, Code(error), error, xmlNamespace);
            xml.WriteEndElement();
            xml.WriteElementString("RequestId", xmlNamespace, requestId);
            xml.WriteEndElement();
        });

    /// <summary>S3 wraps nothing around its errors. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html</summary>
    public static void WriteBareError(IBufferWriter<byte> to, ApiError error, string requestId) =>
        Write(to, xml =>
        {
            xml.WriteStartElement("Error");
            WriteDetails(xml, error.Code, error, xmlNamespace: null);
            xml.WriteElementString("RequestId", requestId);
            xml.WriteEndElement();
        });

    static void WriteDetails(XmlWriter xml, string code, ApiError error, string? xmlNamespace)
    {
        xml.WriteElementString("Code", xmlNamespace, Clean(code));
        xml.WriteElementString("Message", xmlNamespace, Clean(error.Message));
        foreach (var (name, value) in error.Members)
            xml.WriteElementString(name, xmlNamespace, Clean(value));
    }

    /// <summary>Query's own names for common errors. https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html</summary>
    static string Code(ApiError error) => error.Code switch
    {
        "ValidationException" => "ValidationError",
        "SerializationException" => "MalformedInput",
        "InvalidParameterValueException" => "InvalidParameterValue",
        var code => code,
    };

    static void Write(IBufferWriter<byte> to, Action<XmlWriter> content)
    {
        using var stream = new MemoryStream();
        using (var xml = XmlWriter.Create(stream, Settings))
            content(xml);
        to.Write(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    static void WriteElement(XmlWriter xml, string name, JsonNode node, string? xmlNamespace)
    {
        xml.WriteStartElement(name, xmlNamespace);
        switch (node)
        {
            case JsonObject structure:
                foreach (var (member, value) in structure)
                    if (value is not null)
                        WriteElement(xml, member, value, xmlNamespace);
                break;
            case JsonArray list:
                foreach (var item in list)
                    if (item is not null)
                        WriteElement(xml, "member", item, xmlNamespace);
                break;
            default:
                xml.WriteString(Text(node));
                break;
        }
        xml.WriteEndElement();
    }

    static string Text(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => Clean(value.GetValue<string>()),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };

    /// <summary>XML 1.0 has no way to write control characters and half surrogate pairs, not even escaped: they become U+FFFD.</summary>
    static string Clean(string text)
    {
        if (IsClean(text))
            return text;

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) // half a pair comes out as U+FFFD
            clean.Append(rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value) ? rune.ToString() : "\uFFFD");
        return clean.ToString();
    }

    static bool IsClean(string text)
    {
        foreach (var character in text)
            if (!XmlConvert.IsXmlChar(character))
                return false; // halves of good pairs count as unclean here: the slow path keeps them
        return true;
    }
}
