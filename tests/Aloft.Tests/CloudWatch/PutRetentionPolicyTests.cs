namespace Aloft.Tests.CloudWatch;

public sealed class PutRetentionPolicyTests
{
    [Fact]
    public async Task Events_past_the_retention_are_no_longer_read()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        await logs.Put("stream", (0, "a"));
        await logs.Call("PutRetentionPolicy", new { logGroupName = "group", retentionInDays = 3 });
        Assert.Equal(3, (int)(await logs.Call("DescribeLogGroups", new { }))["logGroups"]![0]!["retentionInDays"]!);

        logs.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal(["a"], await logs.Messages());
        logs.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Empty(await logs.Messages());
        Assert.Empty(await logs.Filtered(""));
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(2L)]
    [InlineData(-1L)]
    [InlineData(5_000_000_000L)]
    [InlineData(null)]
    public async Task Other_numbers_of_days_are_refused(long? days)
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        await logs.Fails("InvalidParameterException", "PutRetentionPolicy", new { logGroupName = "group", retentionInDays = days });
    }

    [Fact]
    public async Task A_missing_group_is_refused()
    {
        await using var logs = await LogsFixture.Open();
        await logs.Fails("ResourceNotFoundException", "PutRetentionPolicy", new { logGroupName = "group", retentionInDays = 1 });
    }
}
