using System.Text;
using Aloft.Platform.CloudWatch;

namespace Aloft.Tests.CloudWatch;

public sealed class ExpiryTests
{
    static async Task<long> Count(LogsFixture logs, string table) =>
        (await logs.Db.Read(session => session.Query($"SELECT COUNT(*) FROM {table}", row => row.Int(0)), CancellationToken.None))[0];

    static async Task<long> StoredBytes(LogsFixture logs, string group) =>
        (long)(await logs.Call("DescribeLogGroups", new { logGroupNamePrefix = group }))["logGroups"]![0]!["storedBytes"]!;

    [Fact]
    public async Task Chunks_past_the_retention_are_deleted_and_no_others()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        await logs.WithStream("forever");
        await logs.Put("stream", (0, "old"));
        await logs.Call("PutLogEvents", new { logGroupName = "forever", logStreamName = "stream", logEvents = new[] { new { timestamp = logs.NowMs, message = "kept" } } });
        await logs.Call("PutRetentionPolicy", new { logGroupName = "group", retentionInDays = 1 });
        Assert.Equal(0, await logs.Logs.Expire(logs.Now.AddDays(1), CancellationToken.None));

        logs.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMilliseconds(1));
        await logs.Put("stream", (0, "new"));
        Assert.True(await logs.Logs.Expire(logs.Now, CancellationToken.None) > 0);
        Assert.Equal(["new"], await logs.Messages());
        Assert.Equal(["kept"], await logs.Messages(group: "forever"));
        Assert.Equal(2, await Count(logs, "log_chunks"));
        Assert.Equal(await StoredBytes(logs, "forever") - 1, await StoredBytes(logs, "group"));
    }

    [Fact]
    public async Task More_than_one_batch_of_a_deleted_group_is_swept()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        // Fourteen seconds apart, so that each event is a chunk of its own.
        for (var i = 0; i < 2; i++)
            await logs.Put("stream", [.. Enumerable.Range(0, Limits.ExpiryBatchRows).Select(n => (n * 14_000L, "x"))]);
        logs.Clock.Advance(TimeSpan.FromHours(2));
        await logs.Call("DeleteLogGroup", new { logGroupName = "group" });
        Assert.True(await Count(logs, "log_chunks") > 0);

        await logs.Logs.Expire(logs.Now, CancellationToken.None);
        Assert.Equal((0, 0, 0), (await Count(logs, "log_chunks"), await Count(logs, "log_streams"), await Count(logs, "log_deletions")));
    }

    [Fact]
    public async Task Beyond_the_bound_on_all_the_oldest_of_the_biggest_group_go()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        await logs.WithStream("small");
        await logs.Call("PutLogEvents", new { logGroupName = "small", logStreamName = "stream", logEvents = new[] { new { timestamp = logs.NowMs, message = "kept" } } });
        var count = Limits.ExpiryBatchRows + 10;
        for (var i = 0; i < count; i++)
        {
            var stream = logs.Logs.Sink.Open(LogsFixture.Account, LogsFixture.Region, "group", "stream");
            stream.Append(logs.Now.AddMilliseconds(i), Encoding.UTF8.GetBytes($"{i}"));
        }
        var before = await StoredBytes(logs, "group");

        var expiry = new Expiry(new(logs.Db, new(logs.Clock)), maxStoredBytes: before);
        Assert.True(await expiry.Run(logs.Now, CancellationToken.None) > 0);
        Assert.Equal(Enumerable.Range(Limits.ExpiryBatchRows, 10).Select(i => $"{i}"), await logs.Messages());
        Assert.Equal(["kept"], await logs.Messages(group: "small"));
        Assert.Equal(0, await expiry.Run(logs.Now, CancellationToken.None));
    }
}
