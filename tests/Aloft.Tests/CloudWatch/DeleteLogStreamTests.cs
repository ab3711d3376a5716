namespace Aloft.Tests.CloudWatch;

public sealed class DeleteLogStreamTests
{
    [Fact]
    public async Task A_deleted_stream_is_gone_with_its_events_and_the_other_stays()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        await logs.Call("CreateLogStream", new { logGroupName = "group", logStreamName = "other" });
        await logs.Put("stream", (0, "gone"));
        await logs.Put("other", (0, "kept"));
        await logs.Call("DeleteLogStream", new { logGroupName = "group", logStreamName = "stream" });

        await logs.Fails("ResourceNotFoundException", "GetLogEvents", new { logGroupName = "group", logStreamName = "stream" });
        Assert.Equal(["kept"], await logs.Filtered(""));
        Assert.Single(await logs.Db.Read(session => session.Query("SELECT 1 FROM log_chunks", row => row.Int(0)), CancellationToken.None));
        await logs.Call("CreateLogStream", new { logGroupName = "group", logStreamName = "stream" });
        Assert.Empty(await logs.Messages());
    }

    [Fact]
    public async Task A_missing_group_or_stream_is_refused()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        Assert.Equal(
            "The specified log group does not exist.",
            await logs.Fails("ResourceNotFoundException", "DeleteLogStream", new { logGroupName = "none", logStreamName = "s" }));
        Assert.Equal(
            "The specified log stream does not exist.",
            await logs.Fails("ResourceNotFoundException", "DeleteLogStream", new { logGroupName = "group", logStreamName = "none" }));
        await logs.Fails("InvalidParameterException", "DeleteLogStream", new { logGroupName = "group" });
    }
}
