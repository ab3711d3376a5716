namespace Aloft.Tests.CloudWatch;

public sealed class UntagResourceTests
{
    const string Arn = "arn:aws:logs:eu-central-1:111122223333:log-group:group";

    [Fact]
    public async Task Named_tags_go_and_unknown_ones_do_not_matter()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        await logs.Call("TagResource", new { resourceArn = Arn, tags = new { a = "1", b = "2" } });
        await logs.Call("UntagResource", new { resourceArn = Arn, tagKeys = new[] { "a", "never" } });
        Assert.Equal("""{"tags":{"b":"2"}}""", (await logs.Call("ListTagsForResource", new { resourceArn = Arn })).ToJsonString());
    }

    [Fact]
    public async Task Bad_parameters_are_refused()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        await logs.Fails("InvalidParameterException", "UntagResource", new { resourceArn = Arn });
        await logs.Fails("ResourceNotFoundException", "UntagResource", new { resourceArn = $"{Arn}x", tagKeys = new[] { "a" } });
    }
}
