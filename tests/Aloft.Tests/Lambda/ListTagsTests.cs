using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class ListTagsTests
{
    const string Hello = LambdaFixture.Arn + "hello";

    [Fact]
    public async Task Tags_are_listed_and_no_tags_are_an_empty_map()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal("""{"Tags":{}}""", (await lambda.Call("ListTags", Hello)).ToJsonString());
        await lambda.Call("TagResource", Hello, new() { ["Tags"] = new JsonObject { ["k"] = "v" } });
        Assert.Equal("""{"Tags":{"k":"v"}}""", (await lambda.Call("ListTags", Hello)).ToJsonString());
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.NotFound("ListTags", Hello);
        await lambda.Breaks("ListTags", "hello");
    }
}
