using System.Text;
using Aloft.Wire;

namespace Aloft.Tests.Wire;

/// <summary>What hostile bytes could break; the constraints on members are tested with the operations that have them.</summary>
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
        Assert.Equal("SerializationException", Assert.Throws<ApiError>(() => Members.Parse(Encoding.Latin1.GetBytes("{\"ÿ\":1}"))).Code);

    [Fact]
    public void Whole_pairs_and_escapes_are_read() => Assert.Equal("😀é", Members.Parse("""{"a":"\ud83d\ude00\u00e9"}"""u8.ToArray()).RequiredString("a"));
}
