using System.Buffers;
using Aloft.Wire.EventStream;

namespace Aloft.Tests.Wire;

public sealed class EventStreamMessageTests
{
    [Fact]
    public void An_event_has_the_bytes_that_the_format_asks_for()
    {
        var bytes = new ArrayBufferWriter<byte>();
        EventStreamMessage.WriteEvent(bytes, "PayloadChunk", "a/b", "hello"u8);

        // Made by hand with Python's struct and crc32; botocore's parser reads it.
        Assert.Equal(
            "0000005A000000451137BD1C0B3A6576656E742D7479706507000C5061796C6F61644368756E6B0D3A636F6E74656E742D74797065070003612F620D3A6D6573736167652D747970650700056576656E7468656C6C6FDE90FB2C", Convert.ToHexString(bytes.WrittenSpan));
    }

    [Fact]
    public void Messages_follow_each_other()
    {
        var one = new ArrayBufferWriter<byte>();
        EventStreamMessage.WriteEvent(one, "a", "b/c", default);
        var two = new ArrayBufferWriter<byte>();
        EventStreamMessage.WriteEvent(two, "a", "b/c", default);
        EventStreamMessage.WriteEvent(two, "a", "b/c", default);
        Assert.Equal([.. one.WrittenSpan, .. one.WrittenSpan], two.WrittenSpan.ToArray());
    }
}
