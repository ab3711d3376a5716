using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Aloft.Wire;
using Aloft.Wire.Query;
using FsCheck;
using FsCheck.Fluent;

namespace Aloft.Tests.Wire;

public class QueryXmlTests
{
    const string Ns = "https://example.com/doc/";

    static string Answer(JsonObject? result)
    {
        using var text = new PooledBytes();
        QueryXml.WriteAnswer(text, "Op", Ns, result, "id");
        return Encoding.UTF8.GetString(text.Written);
    }

    [Fact]
    public void Golden() => Assert.Equal(
        $"<OpResponse xmlns=\"{Ns}\"><OpResult><Text>a &amp; b &lt;c&gt;</Text><Number>1.5</Number><Yes>true</Yes><List><member>x</member><member><In>1</In></member></List>"
        + "<None /></OpResult><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></OpResponse>",
        Answer(new JsonObject
        {
            ["Text"] = "a & b <c>",
            ["Number"] = 1.5,
            ["Yes"] = true,
            ["Null"] = null,
            ["List"] = new JsonArray("x", new JsonObject { ["In"] = 1 }),
            ["None"] = new JsonArray(),
        }));

    [Fact]
    public void Nothing_to_tell_still_has_its_request_id() => Assert.Equal(
        $"<OpResponse xmlns=\"{Ns}\"><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></OpResponse>", Answer(null));

    [Fact]
    public void An_error_golden()
    {
        using var text = new PooledBytes();
        var error = new ApiError("Throttled", 503, "slow <down>") { Members = new Dictionary<string, string> { ["Reason"] = "r" } };
        QueryXml.WriteError(text, error, Ns, "id");
        Assert.Equal(
            $"<ErrorResponse xmlns=\"{Ns}\"><Error><Type>Receiver</Type><Code>Throttled</Code><Message>slow &lt;down&gt;</Message><Reason>r</Reason></Error><RequestId>id</RequestId></ErrorResponse>",
            Encoding.UTF8.GetString(text.Written));
    }

    [Theory]
    [InlineData("\0\u0001\u001f", "\uFFFD\uFFFD\uFFFD")]
    [InlineData("\uFFFE\uFFFF", "\uFFFD\uFFFD")]
    [InlineData("😀\r\n\t]]>", "😀\r\n\t]]>")]
    public void Hostile_text_comes_out_of_a_parser_as_far_as_xml_can_say_it(string text, string parsed) =>
        Assert.Equal(parsed, RoundTrip(text));

    [Fact]
    public void Half_a_surrogate_pair_is_replaced() => Assert.Equal("\uFFFDx\uFFFD", RoundTrip("\ud800x\udc00")); // no attribute can hold one

    [Fact]
    public void Any_text_makes_valid_xml() => Prop.ForAll<string>(text => RoundTrip(text ?? "") is not null).QuickCheckThrowOnFailure();

    static string RoundTrip(string text) =>
        XDocument.Parse(Answer(new JsonObject { ["Text"] = text }), LoadOptions.PreserveWhitespace).Descendants(XName.Get("Text", Ns)).Single().Value;
}
