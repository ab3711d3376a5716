namespace Aloft.Tests.CloudWatch;

public sealed class CreateLogStreamTests
{
    [Fact]
    public async Task A_created_stream_is_described_without_events()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream(stream: "2025/11/21/[$LATEST]abc");
        var stream = (await logs.Call("DescribeLogStreams", new { logGroupName = "group" }))["logStreams"]![0]!.AsObject();
        Assert.Equal("2025/11/21/[$LATEST]abc", (string)stream["logStreamName"]!);
        Assert.Equal(logs.NowMs, (long)stream["creationTime"]!);
        Assert.Equal("arn:aws:logs:eu-central-1:111122223333:log-group:group:log-stream:2025/11/21/[$LATEST]abc", (string)stream["arn"]!);
        Assert.False(stream.ContainsKey("lastEventTimestamp"));
    }

    [Fact]
    public async Task A_missing_group_and_a_second_stream_of_that_name_are_refused()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        Assert.Equal(
            "The specified log group does not exist.",
            await logs.Fails("ResourceNotFoundException", "CreateLogStream", new { logGroupName = "none", logStreamName = "s" }));
        Assert.Equal(
            "The specified log stream already exists",
            await logs.Fails("ResourceAlreadyExistsException", "CreateLogStream", new { logGroupName = "group", logStreamName = "stream" }));
    }

    [Theory]
    [InlineData("a:b")]
    [InlineData("a*")]
    [InlineData("a\0b")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Names_that_AWS_refuses_are_refused(string? name)
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        await logs.Fails("InvalidParameterException", "CreateLogStream", new { logGroupName = "group", logStreamName = name });
    }
}
