using System.Text.Json.Nodes;
using Aloft.Wire;

namespace Aloft.Tests.Lambda;

public sealed class TagResourceTests
{
    const string Hello = LambdaFixture.Arn + "hello";

    [Fact]
    public async Task Tags_are_added_to_those_there_are()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new() { ["Tags"] = new JsonObject { ["a"] = "1", ["b"] = "1" } });
        Assert.Equal(204, (await lambda.Respond("TagResource", Hello, Tags(("b", "2"), ("c", "")))).HttpStatus);
        Assert.Equal("""{"a":"1","b":"2","c":""}""", (await lambda.Call("GetFunction", "hello"))["Tags"]!.ToJsonString());
    }

    [Fact]
    public async Task A_function_has_50_at_most()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new() { ["Tags"] = new JsonObject { ["first"] = "1" } });
        var more = Enumerable.Range(0, 49).Select(i => ($"k{i}", "v")).ToArray();
        await lambda.Call("TagResource", Hello, Tags(more));
        Assert.Equal("Number of tags exceeds resource tag limit.", await lambda.Invalid("TagResource", Hello, Tags(("one-more", "v"))));
        await lambda.Call("TagResource", Hello, Tags(("first", "changed")));
    }

    [Theory]
    [InlineData("", "v")]
    [InlineData("aws:reserved", "v")]
    [InlineData("AWS:reserved", "v")]
    public async Task Keys_that_AWS_does_not_take_are_refused(string key, string value)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Invalid("TagResource", Hello, Tags((key, value)));
    }

    [Fact]
    public async Task Keys_and_values_have_a_length()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Call("TagResource", Hello, Tags((new string('k', 128), new string('v', 256))));
        await lambda.Invalid("TagResource", Hello, Tags((new string('k', 129), "v")));
        await lambda.Invalid("TagResource", Hello, Tags());
        await lambda.Invalid("TagResource", Hello, Tags(("k", new string('v', 257))));
    }

    [Theory]
    [InlineData("hello", "ValidationException")]
    [InlineData("arn:aws:sqs:eu-central-1:111122223333:q", "ValidationException")]
    [InlineData(Hello + ":live", "InvalidParameterValueException")]
    [InlineData(LambdaFixture.Arn + "none", "ResourceNotFoundException")]
    [InlineData("arn:aws:lambda:us-east-1:111122223333:function:hello", "ResourceNotFoundException")]
    [InlineData("arn:aws:lambda:eu-central-1:999988887777:function:hello", "AccessDeniedException")]
    [InlineData("arn:aws:lambda:eu-central-1:111122223333:event-source-mapping:aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "ResourceNotFoundException")]
    public async Task Only_a_function_by_its_arn_can_be_tagged(string resource, string code)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var error = await Assert.ThrowsAsync<ApiError>(() => lambda.Call("TagResource", resource, Tags(("k", "v"))));
        Assert.Equal(code, error.Code);
    }

    [Fact]
    public async Task Tags_must_be_there()
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Contains("Value null at 'tags'", await lambda.Breaks("TagResource", Hello, []), StringComparison.Ordinal);
    }

    static JsonObject Tags(params (string Key, string Value)[] tags) =>
        new() { ["Tags"] = new JsonObject(tags.Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)tag.Value))) };
}
