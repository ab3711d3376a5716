using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class UntagResourceTests
{
    const string Hello = LambdaFixture.Arn + "hello";

    [Fact]
    public async Task The_named_tags_go_and_unknown_ones_do_not_matter()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new() { ["Tags"] = new JsonObject { ["a"] = "1", ["b"] = "2", ["c d"] = "3" } });
        Assert.Equal(204, (await lambda.Respond("UntagResource", Hello, query: "tagKeys=a&tagKeys=c%20d&tagKeys=unknown")).HttpStatus);
        Assert.Equal("""{"b":"2"}""", (await lambda.Call("ListTags", Hello))["Tags"]!.ToJsonString());
    }

    [Fact]
    public async Task Keys_and_a_function_must_be_named()
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Contains("Value null at 'tagKeys'", await lambda.Breaks("UntagResource", Hello), StringComparison.Ordinal);
        await lambda.NotFound("UntagResource", Hello, query: "tagKeys=a");
        await lambda.Breaks("UntagResource", "hello", query: "tagKeys=a");
    }
}
