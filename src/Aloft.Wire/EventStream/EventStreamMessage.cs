using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Aloft.Wire.EventStream;

/// <summary>
/// Writes messages of <c>application/vnd.amazon.eventstream</c>: a prelude of two lengths and its checksum, headers, the payload, the
/// checksum of all. https://smithy.io/2.0/aws/amazon-eventstream.html
/// </summary>
public static class EventStreamMessage
{
    public const string ContentType = "application/vnd.amazon.eventstream";

    const int PreludeBytes = 8, ChecksumBytes = 4;
    const byte StringType = 7;

    /// <summary>An event of that name. An empty payload has no content type.</summary>
    public static void WriteEvent(IBufferWriter<byte> to, string eventType, string contentType, ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<(string Name, string Value)> headers =
            [(":event-type", eventType), (":content-type", contentType), (":message-type", "event")];
        Write(to, headers, payload);
    }

    static void Write(IBufferWriter<byte> to, ReadOnlySpan<(string Name, string Value)> headers, ReadOnlySpan<byte> payload)
    {
        var headerBytes = 0;
        foreach (var (name, value) in headers)
            headerBytes += 1 + Encoding.UTF8.GetByteCount(name) + 1 + 2 + Encoding.UTF8.GetByteCount(value);
        var total = PreludeBytes + ChecksumBytes + headerBytes + payload.Length + ChecksumBytes;

        var message = to.GetSpan(total)[..total];
        BinaryPrimitives.WriteInt32BigEndian(message, total);
        BinaryPrimitives.WriteInt32BigEndian(message[4..], headerBytes);
        BinaryPrimitives.WriteUInt32BigEndian(message[8..], Crc32.Append(0, message[..PreludeBytes]));

        var rest = message[(PreludeBytes + ChecksumBytes)..];
        foreach (var (name, value) in headers)
        {
            var nameBytes = Encoding.UTF8.GetBytes(name, rest[1..]);
            rest[0] = (byte)nameBytes;
            rest = rest[(1 + nameBytes)..];
            var valueBytes = Encoding.UTF8.GetBytes(value, rest[3..]);
            rest[0] = StringType;
            BinaryPrimitives.WriteUInt16BigEndian(rest[1..], (ushort)valueBytes);
            rest = rest[(3 + valueBytes)..];
        }
        payload.CopyTo(rest);
        BinaryPrimitives.WriteUInt32BigEndian(message[(total - ChecksumBytes)..], Crc32.Append(0, message[..(total - ChecksumBytes)]));
        to.Advance(total);
    }
}
