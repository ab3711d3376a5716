namespace Aloft.Tests.CloudWatch;

public sealed class DeleteRetentionPolicyTests
{
    [Fact]
    public async Task Without_a_policy_events_stay()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        await logs.Put("stream", (0, "a"));
        await logs.Call("PutRetentionPolicy", new { logGroupName = "group", retentionInDays = 1 });
        await logs.Call("DeleteRetentionPolicy", new { logGroupName = "group" });

        logs.Clock.Advance(TimeSpan.FromDays(4000));
        Assert.Equal(["a"], await logs.Messages());
        Assert.False((await logs.Call("DescribeLogGroups", new { }))["logGroups"]![0]!.AsObject().ContainsKey("retentionInDays"));
    }

    [Fact]
    public async Task A_missing_group_is_refused()
    {
        await using var logs = await LogsFixture.Open();
        await logs.Fails("ResourceNotFoundException", "DeleteRetentionPolicy", new { logGroupName = "group" });
    }
}
