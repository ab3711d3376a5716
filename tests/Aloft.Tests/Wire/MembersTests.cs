using System.Text;
using Aloft.Wire;

namespace Aloft.Tests.Wire;

/// <summary>Of the reading of members, what hostile bytes could break; the constraints are tested with the operations that use them.</summary>
public class MembersTests
{
    [Theory]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"\udc00":1}""")]
    [InlineData("""{"a":{"b":["\ud83dx"]}}""")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"a\":1}x")]
    public void Broken_json_is_a_serialization_error(string json) =>
        Assert.Equal("SerializationException", Assert.Throws<ApiError>(() => Members.Parse(Encoding.UTF8.GetBytes(json))).Code);

    [Fact]
    public void Broken_utf8_is_a_serialization_error() =>
        Assert.Equal("SerializationException", Assert.Throws<ApiError>(() => Members.Parse(new byte[] { (byte)'{', (byte)'"', 0xff, (byte)'"', (byte)':', (byte)'1', (byte)'}' })).Code);

    [Fact]
    public void Whole_pairs_and_escapes_are_read() => Assert.Equal("😀é", Members.Parse("""{"a":"\ud83d\ude00\u00e9"}"""u8.ToArray()).RequiredString("a"));
}
