namespace Aloft.Tests.CloudWatch;

public sealed class ListTagsForResourceTests
{
    [Fact]
    public async Task A_group_without_tags_lists_none()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        var answer = await logs.Call("ListTagsForResource", new { resourceArn = "arn:aws:logs:eu-central-1:111122223333:log-group:group" });
        Assert.Equal("""{"tags":{}}""", answer.ToJsonString());
    }

    [Fact]
    public async Task A_missing_group_and_another_region_are_refused()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        await logs.Fails("ResourceNotFoundException", "ListTagsForResource", new { resourceArn = "arn:aws:logs:eu-central-1:111122223333:log-group:none" });
        await logs.Fails("ResourceNotFoundException", "ListTagsForResource", new { resourceArn = "arn:aws:logs:us-east-1:111122223333:log-group:group" });
        await logs.Fails("InvalidParameterException", "ListTagsForResource", new { });
    }
}
