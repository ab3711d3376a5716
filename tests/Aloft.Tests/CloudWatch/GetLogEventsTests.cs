using System.Text.Json.Nodes;

namespace Aloft.Tests.CloudWatch;

public sealed class GetLogEventsTests
{
    static async Task<LogsFixture> WithEvents(int count)
    {
        var logs = await (await LogsFixture.Open()).WithStream();
        // Two batches that interleave, of events 4 s apart: many chunks that overlap in time.
        await logs.Put("stream", [.. Enumerable.Range(0, count).Where(i => i % 2 == 0).Select(i => (i * 2000L, $"{i}"))]);
        await logs.Put("stream", [.. Enumerable.Range(0, count).Where(i => i % 2 == 1).Select(i => (i * 2000L, $"{i}"))]);
        return logs;
    }

    static Task<JsonObject> Get(
        LogsFixture logs, string? token = null, bool startFromHead = false, int? limit = null, long? startTime = null,
        long? endTime = null) =>
        logs.Call(
            "GetLogEvents",
            new { logGroupName = "group", logStreamName = "stream", nextToken = token, startFromHead, limit, startTime, endTime });

    static string[] Numbers(int from, int count) => [.. Enumerable.Range(from, count).Select(i => $"{i}")];

    [Fact]
    public async Task Without_a_direction_the_latest_events_come_first_in_ascending_order()
    {
        await using var logs = await WithEvents(10);
        var latest = await Get(logs, limit: 3);
        Assert.Equal(Numbers(7, 3), LogsFixture.Texts(latest));
        var before = await Get(logs, (string)latest["nextBackwardToken"]!, limit: 3);
        Assert.Equal(Numbers(4, 3), LogsFixture.Texts(before));
        Assert.Equal(Numbers(7, 3), LogsFixture.Texts(await Get(logs, (string)before["nextForwardToken"]!, startFromHead: true)));
    }

    [Fact]
    public async Task At_either_end_the_same_token_comes_back()
    {
        await using var logs = await WithEvents(4);
        var all = await Get(logs, startFromHead: true);
        var (forward, backward) = ((string)all["nextForwardToken"]!, (string)all["nextBackwardToken"]!);
        var end = await Get(logs, forward, startFromHead: true);
        Assert.Empty(LogsFixture.Texts(end));
        Assert.Equal(forward, (string)end["nextForwardToken"]!);
        var start = await Get(logs, backward);
        Assert.Empty(LogsFixture.Texts(start));
        Assert.Equal(backward, (string)start["nextBackwardToken"]!);
        // And each leads back to where it came from.
        Assert.Equal(Numbers(0, 4), LogsFixture.Texts(await Get(logs, (string)start["nextForwardToken"]!)));
        Assert.Equal(Numbers(0, 4), LogsFixture.Texts(await Get(logs, (string)end["nextBackwardToken"]!)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_forward_token_of_an_empty_stream_later_serves_what_has_come(bool startFromHead)
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        var empty = await Get(logs, startFromHead: startFromHead);
        await logs.Put("stream", (0, "new"));
        Assert.Equal(["new"], LogsFixture.Texts(await Get(logs, (string)empty["nextForwardToken"]!, startFromHead: true)));
    }

    [Fact]
    public async Task The_start_is_included_and_the_end_is_not()
    {
        await using var logs = await WithEvents(10);
        var now = logs.NowMs;
        Assert.Equal(Numbers(2, 3), LogsFixture.Texts(await Get(logs, startTime: now + 4000, endTime: now + 10_000)));
        Assert.Equal(Numbers(4, 1), LogsFixture.Texts(await Get(logs, startTime: now + 4000, endTime: now + 10_000, limit: 1)));
        var head = await Get(logs, startTime: now + 4000, endTime: now + 10_000, limit: 1, startFromHead: true);
        Assert.Equal(Numbers(2, 1), LogsFixture.Texts(head));
        Assert.Empty(LogsFixture.Texts(await Get(logs, endTime: now)));
        Assert.Empty(LogsFixture.Texts(await Get(logs, startTime: now + 5000, endTime: now + 4000)));
        Assert.Empty(LogsFixture.Texts(await Get(logs, endTime: 0)));
        Assert.Equal(Numbers(0, 10), LogsFixture.Texts(await Get(logs, endTime: long.MaxValue)));
        Assert.Empty(LogsFixture.Texts(await Get(logs, startTime: long.MaxValue)));
    }

    [Fact]
    public async Task A_page_holds_at_most_a_MiB_but_always_one_event()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        var big = new string('b', 700_000);
        await logs.Put("stream", (0, big + "1"));
        await logs.Put("stream", (0, big + "2"));
        await logs.Put("stream", (0, "small"));
        var first = await Get(logs, startFromHead: true);
        Assert.Equal([big + "1"], LogsFixture.Texts(first)); // and not the small one, that would leave a gap
        Assert.Equal([big + "2", "small"], LogsFixture.Texts(await Get(logs, (string)first["nextForwardToken"]!, startFromHead: true)));
        Assert.Equal([big + "2", "small"], LogsFixture.Texts(await Get(logs)));
    }

    [Fact]
    public async Task Bad_parameters_are_refused()
    {
        await using var logs = await WithEvents(2);
        foreach (var token in (string[])["x", "f/", "f//s", "f/AAAA/s", "g/AAAAAAAAAAAAAAAAAAAAAAAAAAA/s", "f/______________________________/s"])
            Assert.Equal(
                "The specified nextToken is invalid.",
                await logs.Fails("InvalidParameterException", "GetLogEvents", new { logGroupName = "group", logStreamName = "stream", nextToken = token }));
        await logs.Fails("InvalidParameterException", "GetLogEvents", new { logGroupName = "group" });
        await logs.Fails("InvalidParameterException", "GetLogEvents", new { logGroupName = "group", logStreamName = "stream", limit = 10_001 });
        await logs.Fails("InvalidParameterException", "GetLogEvents", new { logGroupName = "group", logStreamName = "stream", startTime = -1 });
        await logs.Fails("InvalidParameterException", "GetLogEvents", new { logGroupName = "group", logStreamName = "stream", unmask = true });
        await logs.Fails("ResourceNotFoundException", "GetLogEvents", new { logGroupName = "none", logStreamName = "stream" });
        Assert.Equal(
            "The specified log stream does not exist.",
            await logs.Fails("ResourceNotFoundException", "GetLogEvents", new { logGroupName = "group", logStreamName = "none" }));
    }
}
