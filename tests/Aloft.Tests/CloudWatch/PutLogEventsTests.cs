namespace Aloft.Tests.CloudWatch;

public sealed class PutLogEventsTests
{
    static object Batch(params object[] events) => new { logGroupName = "group", logStreamName = "stream", logEvents = events };

    [Fact]
    public async Task Events_are_readable_with_their_times_once_acknowledged()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        var answer = await logs.Put("stream", (-5000, "old"), (0, "naïve 🚀"), (0, "same ms"), (7_000, "ahead"));
        Assert.Equal(56, ((string)answer["nextSequenceToken"]!).Length);
        Assert.False(answer.ContainsKey("rejectedLogEventsInfo"));

        var page = await logs.Call("GetLogEvents", new { logGroupName = "group", logStreamName = "stream" });
        Assert.Equal(["old", "naïve 🚀", "same ms", "ahead"], LogsFixture.Texts(page));
        Assert.Equal(logs.NowMs - 5000, (long)page["events"]![0]!["timestamp"]!);
        Assert.Equal(logs.NowMs, (long)page["events"]![0]!["ingestionTime"]!);
    }

    [Fact]
    public async Task A_batch_of_a_whole_day_keeps_its_order()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        var events = Enumerable.Range(0, 300).Select(i => (OffsetMs: (i - 300) * 280_000L, $"event {i}")).ToArray();
        await logs.Put("stream", events);
        Assert.Equal(events.Select(e => e.Item2), await logs.Messages());
    }

    [Fact]
    public async Task An_event_may_take_the_whole_batch_and_the_batch_a_MiB()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        var message = new string('x', 1_048_576 - 26);
        await logs.Put("stream", (0, message));
        Assert.Equal([message], await logs.Messages());
        Assert.Equal(
            "Upload too large: 1048577 bytes exceeds limit of 1048576",
            await logs.Fails("InvalidParameterException", "PutLogEvents", Batch(new { timestamp = logs.NowMs, message = message + "x" })));
    }

    [Fact]
    public async Task Ten_thousand_events_fit_and_one_more_does_not()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        await logs.Put("stream", [.. Enumerable.Range(0, 10_000).Select(i => (0L, $"{i}"))]);
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => $"{i}"), await logs.Messages());
        await logs.Fails("InvalidParameterException", "PutLogEvents", Batch([.. Enumerable.Range(0, 10_001).Select(i => new { timestamp = logs.NowMs, message = "x" })]));
    }

    [Fact]
    public async Task Disorder_and_a_span_of_more_than_a_day_are_refused_whole()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        var now = logs.NowMs;
        Assert.Equal(
            "Log events in a single PutLogEvents request must be in chronological order.",
            await logs.Fails("InvalidParameterException", "PutLogEvents", Batch(new { timestamp = now, message = "b" }, new { timestamp = now - 1, message = "a" })));
        Assert.Equal(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
            await logs.Fails("InvalidParameterException", "PutLogEvents", Batch(new { timestamp = now - 86_400_001, message = "a" }, new { timestamp = now, message = "b" })));
        Assert.Empty(await logs.Messages());
    }

    [Fact]
    public async Task Too_old_and_too_new_events_are_told_and_the_others_kept()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        const long day = 86_400_000;
        var answer = await logs.Put("stream", (-15 * day, "ancient"), ((-14 * day) - 1, "old"), (0, "kept"), (7_200_000, "just"), (7_200_001, "new"));
        Assert.Equal("""{"tooNewLogEventStartIndex":4,"tooOldLogEventEndIndex":2}""", answer["rejectedLogEventsInfo"]!.ToJsonString());
        Assert.Equal(["kept", "just"], await logs.Messages());
    }

    [Fact]
    public async Task Events_older_than_the_retention_are_told_as_expired()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        await logs.Call("PutRetentionPolicy", new { logGroupName = "group", retentionInDays = 1 });
        var answer = await logs.Put("stream", (-86_400_001, "expired"), (0, "kept"));
        Assert.Equal("""{"expiredLogEventEndIndex":1}""", answer["rejectedLogEventsInfo"]!.ToJsonString());
        Assert.Equal(["kept"], await logs.Messages());
    }

    [Fact]
    public async Task Any_sequence_token_is_accepted_and_an_entity_is_told_to_be_rejected()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        var answer = await logs.Call("PutLogEvents", new
        {
            logGroupName = "group", logStreamName = "stream", sequenceToken = "whatever",
            logEvents = new[] { new { timestamp = logs.NowMs, message = "m" } },
            entity = new { keyAttributes = new { Type = "Service", Name = "n" } },
        });
        Assert.Equal("""{"errorType":"UnsupportedLogGroupType"}""", answer["rejectedEntityInfo"]!.ToJsonString());
        Assert.Equal(["m"], await logs.Messages());
    }

    [Fact]
    public async Task Missing_groups_streams_and_members_are_refused()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        var events = new[] { new { timestamp = logs.NowMs, message = "m" } };
        var ancient = new[] { new { timestamp = 1, message = "m" } };
        Assert.Equal(
            "The specified log group does not exist.",
            await logs.Fails("ResourceNotFoundException", "PutLogEvents", new { logGroupName = "none", logStreamName = "s", logEvents = events }));
        foreach (var batch in (object[])[events, ancient])
            Assert.Equal(
                "The specified log stream does not exist.",
                await logs.Fails("ResourceNotFoundException", "PutLogEvents", new { logGroupName = "group", logStreamName = "none", logEvents = batch }));
        await logs.Fails("InvalidParameterException", "PutLogEvents", Batch());
        await logs.Fails("InvalidParameterException", "PutLogEvents", new { logGroupName = "group", logStreamName = "stream" });
        await logs.Fails("InvalidParameterException", "PutLogEvents", Batch(new { timestamp = logs.NowMs, message = "" }));
        await logs.Fails("InvalidParameterException", "PutLogEvents", Batch(new { message = "m" }));
        await logs.Fails("InvalidParameterException", "PutLogEvents", Batch(new { timestamp = -1, message = "m" }));
        await logs.Fails("SerializationException", "PutLogEvents", Batch(new { timestamp = "soon", message = "m" }));
    }
}
