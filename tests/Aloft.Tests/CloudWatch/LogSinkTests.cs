using System.Globalization;
using System.Text;
using Aloft.Platform.CloudWatch;
using Aloft.Platform.CloudWatch.Ingest;
using Aloft.Platform.Kernel;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aloft.Tests.CloudWatch;

public sealed class LogSinkTests
{
    static ILogStream Open(LogsFixture logs, string stream = "stream") => logs.Logs.Sink.Open(LogsFixture.Account, LogsFixture.Region, "group", stream);

    static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public async Task The_first_read_sees_an_invocation_that_was_just_logged()
    {
        await using var logs = await LogsFixture.Open();
        var (stream, request, now) = (Open(logs), Guid.NewGuid(), logs.Now);
        stream.AppendPlatform(new(PlatformRecordKind.Start, now, request, "7"));
        stream.Append(now.AddMilliseconds(1), "hello\nworld\n"u8);
        stream.AppendPlatform(new(PlatformRecordKind.End, now.AddMilliseconds(2), request, "7"));
        stream.AppendPlatform(new(PlatformRecordKind.Report, now.AddMilliseconds(2), request, "7")
        {
            Duration = TimeSpan.FromMilliseconds(1.5), MemoryMegabytes = 128, PeakMemoryBytes = 30 << 20,
        });

        string[] expected =
        [
            $"START RequestId: {request} Version: 7\n", "hello\nworld\n", $"END RequestId: {request}\n",
            $"REPORT RequestId: {request}\tDuration: 1.50 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 30 MB\t\n",
        ];
        Assert.Equal(expected, await logs.Messages());
        Assert.Equal(expected, await logs.Filtered(""));
        Assert.Equal([expected[0]], await logs.Filtered("START"));
    }

    [Fact]
    public async Task Lines_of_one_millisecond_keep_their_order_over_many_chunks_and_flushes()
    {
        await using var logs = await LogsFixture.Open();
        var stream = Open(logs);
        var lines = Enumerable.Range(0, 3000).Select(i => $"{i} {new string('x', 500)}").ToArray();
        foreach (var (line, i) in lines.Select((line, i) => (line, i)))
        {
            stream.Append(logs.Now, Utf8(line));
            if (i % 1000 == 999)
                await logs.Logs.Sink.Flush(CancellationToken.None);
        }
        var (seen, token) = (new List<string>(), default(string));
        for (var pages = 0; pages < 10; pages++)
        {
            var page = await logs.Call("GetLogEvents", new { logGroupName = "group", logStreamName = "stream", startFromHead = true, nextToken = token });
            seen.AddRange(LogsFixture.Texts(page));
            token = (string)page["nextForwardToken"]!;
        }
        Assert.Equal(lines, seen);
    }

    [Fact]
    public async Task A_chunk_never_spans_more_than_its_bound_whichever_way_time_jumps()
    {
        await using var logs = await LogsFixture.Open();
        var stream = Open(logs);
        int[] offsets = [0, 9_000, 11_000, 2_000, -9_000, 60_000, 0];
        foreach (var offset in offsets)
            stream.Append(logs.Now.AddMilliseconds(offset), Utf8($"{offset}"));
        Assert.Equal(offsets.Order().Select(offset => $"{offset}"), await logs.Messages());
        var spans = await logs.Db.Read(session => session.Query("SELECT last_event - first_event FROM log_chunks", row => row.Int(0)), CancellationToken.None);
        Assert.All(spans, span => Assert.InRange(span, 0, Limits.MaxChunkSpanMs));
    }

    [Fact]
    public async Task A_message_longer_than_an_event_is_split_between_characters()
    {
        await using var logs = await LogsFixture.Open();
        var message = "x" + string.Concat(Enumerable.Repeat("🚀", 150_000));
        Open(logs).Append(logs.Now, Utf8(message));
        var pieces = await logs.Messages();
        Assert.Equal(3, pieces.Length);
        Assert.All(pieces, piece => Assert.InRange(Encoding.UTF8.GetByteCount(piece), 1, Limits.MaxFunctionEventBytes));
        Assert.Equal(message, string.Concat(pieces));
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF8_are_stored_and_shown_replaced()
    {
        await using var logs = await LogsFixture.Open();
        var stream = Open(logs);
        stream.Append(logs.Now, [0x61, 0xFF, 0x00, 0x62]);
        stream.Append(logs.Now, Enumerable.Repeat((byte)0x80, Limits.MaxFunctionEventBytes + 10).ToArray());
        Assert.Equal("a\uFFFD\0b", (await logs.Messages())[0]);
    }

    [Fact]
    public async Task A_flood_is_cut_to_the_rate_and_says_how_much_was_dropped_where()
    {
        await using var logs = await LogsFixture.Open();
        var (stream, request, line) = (Open(logs), Guid.NewGuid(), new byte[100_000]);
        var kept = (int)(Limits.StreamBurstBytes / line.Length);
        for (var i = 0; i < kept + 50; i++)
            stream.Append(logs.Now, line);
        stream.AppendPlatform(new(PlatformRecordKind.End, logs.Now, request, ""));
        // The rate has given back enough after some time, and no more than it may.
        var later = logs.Now.AddSeconds(1);
        stream.Append(later, "after"u8);

        Assert.Equal(
            ["ALOFT: 50 log events (5000000 bytes) were dropped here: the stream exceeded 5 MiB per second.\n", $"END RequestId: {request}\n", "after"],
            (await All(logs)).Where(message => message[0] != '\0'));
        Assert.Equal(kept, (await All(logs)).Count(message => message[0] == '\0'));
    }

    [Fact]
    public async Task A_long_flood_keeps_the_rate_counts_every_lost_line_and_does_not_tell_of_each()
    {
        await using var logs = await LogsFixture.Open();
        var (stream, line) = (Open(logs), new byte[50_000]);
        const int count = 2400;
        for (var i = 0; i < count; i++)
        {
            stream.Append(logs.Now.AddMilliseconds(2 * i), line); // 25 MB a second
            if (i % 100 == 0)
                await logs.Logs.Sink.Flush(CancellationToken.None);
        }

        var told = (await All(logs, "ALOFT")).Select(message => long.Parse(message.Split(' ')[1], CultureInfo.InvariantCulture)).ToArray();
        var kept = count - told.Sum();
        var allowed = (Limits.StreamBurstBytes + (2 * count * Limits.StreamBytesPerSecond / 1000)) / line.Length;
        Assert.InRange(kept, allowed * 9 / 10, allowed);
        Assert.InRange(told.Length, 10, 100);
        var events = await logs.Db.Read(session => session.Query("SELECT SUM(events) FROM log_chunks", row => row.Int(0)), CancellationToken.None);
        Assert.Equal(kept + told.Length, events[0]);
    }

    [Fact]
    public async Task While_nothing_can_be_stored_memory_is_bounded_and_the_loss_is_told_afterwards()
    {
        await using var logs = await LogsFixture.Open();
        var ids = new RowIds(logs.Clock);
        await using var sink = new LogSink(new(logs.Db, ids), ids, logs.Clock, NullLogger<LogSink>.Instance, maxPendingBytes: 1 << 20);
        var stream = sink.Open(LogsFixture.Account, LogsFixture.Region, "group", "stream");
        for (var i = 0; i < 3000; i++)
            stream.Append(logs.Now, Utf8($"{i} {new string('x', 1000)}"));
        Assert.InRange(sink.ReservedBytes, 512 << 10, 1 << 20);

        await sink.Flush(CancellationToken.None);
        Assert.Equal(0, sink.ReservedBytes);
        stream.Append(logs.Now, "after"u8);
        await sink.Flush(CancellationToken.None);

        var messages = await All(logs);
        var kept = messages.Count - 2;
        Assert.InRange(kept, 500, 1100);
        Assert.StartsWith($"ALOFT: {3000 - kept} log events", messages[^2], StringComparison.Ordinal);
        Assert.EndsWith("log lines arrived faster than the database stored them.\n", messages[^2], StringComparison.Ordinal);
        Assert.Equal("after", messages[^1]);
    }

    [Fact]
    public async Task A_flush_that_fails_keeps_its_lines_for_the_next()
    {
        await using var logs = await LogsFixture.Open();
        Open(logs).Append(logs.Now, "kept"u8);
        await logs.Db.Write(session => session.Execute("ALTER TABLE log_chunks RENAME TO hidden"), CancellationToken.None);
        await Assert.ThrowsAnyAsync<Exception>(() => logs.Logs.Sink.Flush(CancellationToken.None).AsTask());
        Open(logs).Append(logs.Now, "later"u8);
        await logs.Db.Write(session => session.Execute("ALTER TABLE hidden RENAME TO log_chunks"), CancellationToken.None);
        Assert.Equal(["kept", "later"], await logs.Messages());
    }

    [Fact]
    public async Task Storing_a_chunk_twice_changes_nothing()
    {
        await using var logs = await LogsFixture.Open();
        var ids = new RowIds(logs.Clock);
        var store = new ChunkStore(logs.Db, ids);
        var key = new LogStreamKey(new(LogsFixture.Account, LogsFixture.Region, "group"), "stream");
        StoredChunk[] chunks = [new(key, 0, new(ids.Next(), logs.NowMs, logs.NowMs, 1, default, 5, [4, 0, 2, 0x68, 0x69]))];
        await store.StoreChunks(chunks, logs.Now, CancellationToken.None);
        await store.StoreChunks(chunks, logs.Now, CancellationToken.None);
        Assert.Equal(5, (long)(await logs.Call("DescribeLogGroups", new { }))["logGroups"]![0]!["storedBytes"]!);
    }

    [Fact]
    public async Task The_background_stores_lines_by_itself()
    {
        await using var logs = await LogsFixture.Open();
        logs.Logs.Start();
        Open(logs).Append(logs.Now, "line"u8);
        Assert.Equal(0, await Chunks(logs));
        logs.Clock.Advance(Limits.FlushInterval);
        await Eventually.True(async () => await Chunks(logs) == 1, "the line is stored");
    }

    [Fact]
    public async Task A_full_chunk_does_not_wait_for_the_interval()
    {
        await using var logs = await LogsFixture.Open();
        logs.Logs.Start();
        var stream = Open(logs);
        for (var i = 0; i < 3; i++)
            stream.Append(logs.Now, new byte[200_000]);
        await Eventually.True(async () => await Chunks(logs) >= 2, "the full chunks are stored");
    }

    static async Task<long> Chunks(LogsFixture logs) =>
        (await logs.Db.Read(session => session.Query("SELECT COUNT(*) FROM log_chunks", row => row.Int(0)), CancellationToken.None))[0];

    [Fact]
    public async Task Stopping_stores_what_is_left()
    {
        await using var logs = await LogsFixture.Open();
        logs.Logs.Start();
        for (var i = 0; i < 5; i++)
            Open(logs, $"{i}").Append(logs.Now, "last words"u8);
        await logs.Logs.DisposeAsync();
        Assert.Equal(5, await Chunks(logs));
    }

    [Fact]
    public async Task Concurrent_writers_and_flushes_lose_nothing_and_keep_each_streams_order()
    {
        await using var logs = await LogsFixture.Open();
        var writers = Enumerable.Range(0, 4).Select(number => Task.Run(() =>
        {
            var stream = Open(logs, $"s{number}");
            for (var i = 0; i < 20_000; i++)
                stream.Append(logs.Now.AddMilliseconds(i / 1000), Utf8($"{number}:{i}"));
        })).ToArray();
        while (!Task.WhenAll(writers).IsCompleted)
            await logs.Logs.Sink.Flush(CancellationToken.None);
        await Task.WhenAll(writers);

        var seen = await All(logs);
        Assert.Equal(80_000, seen.Count);
        foreach (var number in Enumerable.Range(0, 4))
        {
            var ofOne = seen.Where(message => message.StartsWith($"{number}:", StringComparison.Ordinal));
            Assert.Equal(Enumerable.Range(0, 20_000).Select(i => $"{number}:{i}"), ofOne);
        }
    }

    static async Task<List<string>> All(LogsFixture logs, string pattern = "")
    {
        var (seen, token) = (new List<string>(), default(string));
        do
        {
            var page = await logs.Call("FilterLogEvents", new { logGroupName = "group", filterPattern = pattern, nextToken = token });
            seen.AddRange(LogsFixture.Texts(page));
            token = (string?)page["nextToken"];
        }
        while (token is not null);
        return seen;
    }
}
