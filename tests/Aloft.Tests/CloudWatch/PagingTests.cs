using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Aloft.Tests.CloudWatch;

/// <summary>Whatever is written in whatever order, every way of paging gives every event once, in the one order.</summary>
public sealed class PagingTests
{
    sealed record Batch(int Stream, int[] OffsetsMs);

    static readonly Gen<Batch[]> Batches =
        (from stream in Gen.Choose(0, 2)
         from offsets in Gen.ArrayOf(Gen.Choose(0, 40_000)).Where(all => all.Length > 0)
         select new Batch(stream, [.. offsets.Order()])).ArrayOf();

    [Fact]
    public void Filtering_gives_every_event_once_in_order() => Holds(ThroughFilter);

    [Fact]
    public void Reading_a_stream_forward_gives_every_event_once_in_order() => Holds(ForwardThroughStream);

    [Fact]
    public void Reading_a_stream_backward_gives_every_event_once_in_order() => Holds(BackwardThroughStream);

    static void Holds(Func<LogsFixture, int, Task<List<string>>> read) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(30),
        Prop.ForAll(
            Batches.ToArbitrary(),
            Gen.Choose(1, 20).ToArbitrary(),
            (batches, limit) => Pages(batches, limit, read).GetAwaiter().GetResult()));

    /// <summary>Half of the batches are put, half come through the sink.</summary>
    static async Task<bool> Pages(Batch[] batches, int limit, Func<LogsFixture, int, Task<List<string>>> read)
    {
        await using var logs = await LogsFixture.Open();
        await logs.Call("CreateLogGroup", new { logGroupName = "group" });
        for (var stream = 0; stream < 3; stream++)
            await logs.Call("CreateLogStream", new { logGroupName = "group", logStreamName = $"{stream}" });

        var written = new List<(long Ms, string Message)>();
        foreach (var (batch, number) in batches.Select((batch, number) => (batch, number)))
        {
            var events = batch.OffsetsMs.Select((offset, i) => (Ms: (long)offset, Message: $"{batch.Stream}/{number}/{i}")).ToArray();
            written.AddRange(events);
            if (number % 2 == 0)
                await logs.Put($"{batch.Stream}", events);
            else
                await Log(logs, batch.Stream, events);
        }
        // Equal times keep the order of arrival: ids of chunks grow with it.
        var expected = written.OrderBy(e => e.Ms).Select(e => e.Message);
        var seen = await read(logs, limit);
        Assert.Equal(read == ThroughFilter ? expected : expected.Where(message => message.StartsWith('1')), seen);
        return true;
    }

    static async Task Log(LogsFixture logs, int stream, (long Ms, string Message)[] events)
    {
        var open = logs.Logs.Sink.Open(LogsFixture.Account, LogsFixture.Region, "group", $"{stream}");
        foreach (var (ms, message) in events)
            open.Append(logs.Now.AddMilliseconds(ms), System.Text.Encoding.UTF8.GetBytes(message));
        await logs.Logs.Sink.Flush(CancellationToken.None);
    }

    static async Task<List<string>> ThroughFilter(LogsFixture logs, int limit)
    {
        var (seen, token) = (new List<string>(), default(string));
        do
        {
            var page = await logs.Call("FilterLogEvents", new { logGroupName = "group", limit, nextToken = token });
            seen.AddRange(LogsFixture.Texts(page));
            token = (string?)page["nextToken"];
        }
        while (token is not null);
        return seen;
    }

    static Task<List<string>> ForwardThroughStream(LogsFixture logs, int limit) => ThroughStream(logs, limit, startFromHead: true, "nextForwardToken");

    static Task<List<string>> BackwardThroughStream(LogsFixture logs, int limit) => ThroughStream(logs, limit, startFromHead: false, "nextBackwardToken");

    static async Task<List<string>> ThroughStream(LogsFixture logs, int limit, bool startFromHead, string direction)
    {
        var (seen, token) = (new List<string>(), default(string));
        while (true)
        {
            JsonObject page = await logs.Call("GetLogEvents", new { logGroupName = "group", logStreamName = "1", limit, startFromHead, nextToken = token });
            seen.InsertRange(startFromHead ? seen.Count : 0, LogsFixture.Texts(page));
            var next = (string)page[direction]!;
            if (next == token || (token is null && LogsFixture.Texts(page).Length == 0))
                return seen;
            token = next;
        }
    }
}
