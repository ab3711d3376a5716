namespace Aloft.Tests.CloudWatch;

public sealed class TagResourceTests
{
    const string Arn = "arn:aws:logs:eu-central-1:111122223333:log-group:group";

    [Fact]
    public async Task Tags_are_added_and_replaced()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        await logs.Call("TagResource", new { resourceArn = Arn, tags = new { a = "1", b = "2" } });
        await logs.Call("TagResource", new { resourceArn = $"{Arn}:*", tags = new { b = "3" } });
        Assert.Equal("""{"tags":{"a":"1","b":"3"}}""", (await logs.Call("ListTagsForResource", new { resourceArn = Arn })).ToJsonString());
    }

    [Fact]
    public async Task More_than_fifty_in_all_are_refused_and_change_nothing()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        await logs.Call("TagResource", new { resourceArn = Arn, tags = Enumerable.Range(0, 50).ToDictionary(i => $"k{i}", _ => "v") });
        await logs.Fails("TooManyTagsException", "TagResource", new { resourceArn = Arn, tags = new { more = "v" } });
        Assert.Equal(50, (await logs.Call("ListTagsForResource", new { resourceArn = Arn }))["tags"]!.AsObject().Count);
    }

    [Fact]
    public async Task Bad_parameters_are_refused()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        await logs.Fails("InvalidParameterException", "TagResource", new { resourceArn = Arn });
        await logs.Fails("InvalidParameterException", "TagResource", new { tags = new { a = "1" } });
        await logs.Fails("InvalidParameterException", "TagResource", new { resourceArn = "group", tags = new { a = "1" } });
        await logs.Fails("InvalidParameterException", "TagResource", new { resourceArn = Arn, tags = new Dictionary<string, string> { ["AWS:a"] = "1" } });
        await logs.Fails("ResourceNotFoundException", "TagResource", new { resourceArn = $"{Arn}x", tags = new { a = "1" } });
    }
}
