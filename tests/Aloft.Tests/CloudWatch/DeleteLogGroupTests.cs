using System.Text;

namespace Aloft.Tests.CloudWatch;

public sealed class DeleteLogGroupTests
{
    [Fact]
    public async Task A_deleted_group_is_gone_with_its_streams_and_events()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        await logs.Put("stream", (0, "old"));
        await logs.Call("DeleteLogGroup", new { logGroupName = "group" });

        Assert.Empty((await logs.Call("DescribeLogGroups", new { }))["logGroups"]!.AsArray());
        await logs.Fails("ResourceNotFoundException", "DescribeLogStreams", new { logGroupName = "group" });
        foreach (var table in (string[])["log_chunks", "log_streams", "log_deletions"])
            Assert.Empty(await logs.Db.Read(session => session.Query($"SELECT 1 FROM {table}", row => row.Int(0)), CancellationToken.None));
    }

    [Fact]
    public async Task A_group_made_anew_has_none_of_the_old_events()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        await logs.Put("stream", (0, "old"));
        await logs.Call("DeleteLogGroup", new { logGroupName = "group" });
        await logs.WithStream();
        Assert.Empty(await logs.Messages());
        Assert.Empty(await logs.Filtered(""));
    }

    [Fact]
    public async Task Lines_logged_before_do_not_bring_it_back_and_lines_logged_after_do()
    {
        await using var logs = await LogsFixture.Open();
        var stream = logs.Logs.Sink.Open(LogsFixture.Account, LogsFixture.Region, "group", "stream");
        stream.Append(logs.Now, "before"u8);
        await logs.Call("DeleteLogGroup", new { logGroupName = "group" });
        Assert.Empty((await logs.Call("DescribeLogGroups", new { }))["logGroups"]!.AsArray());

        stream.Append(logs.Now, Encoding.UTF8.GetBytes("after"));
        Assert.Equal(["after"], await logs.Messages());
    }

    [Fact]
    public async Task A_missing_group_is_refused()
    {
        await using var logs = await LogsFixture.Open();
        Assert.Equal("The specified log group does not exist.", await logs.Fails("ResourceNotFoundException", "DeleteLogGroup", new { logGroupName = "g" }));
    }
}
