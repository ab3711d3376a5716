using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Aloft.Platform.Functions.Asynchronous;
using Aloft.Platform.Functions.Registry;
using Aloft.Tests.Functions.Invoke;

namespace Aloft.Tests.EventSources;

/// <summary>Retries, age and destinations as the user has set them, with scripted functions and fake time.</summary>
public sealed class DestinationTests
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Success_is_recorded_exactly_as_documented()
    {
        await using var world = await World.Start((sandbox, _) => sandbox.Respond("{\"b\":2}"));
        await world.Dispatcher.Configure(world.Source, onSuccess: world.Destination);
        var id = await world.Dispatcher.Send(world.Source, "{\"a\": 1}");

        var record = await world.Record();
        var timestamp = JsonDocument.Parse(record).RootElement.GetProperty("timestamp").GetString()!;
        Assert.Matches(@"^2026-01-02T03:04:\d\d\.\d{3}Z$", timestamp);
        Assert.Equal(
            $$$"""
            {"version":"1.0","timestamp":"{{{timestamp}}}","requestContext":{"requestId":"{{{id}}}",
            "functionArn":"arn:aws:lambda:us-east-1:000000000000:function:source:$LATEST","condition":"Success","approximateInvokeCount":1},
            "requestPayload":{"a": 1},"responseContext":{"statusCode":200,"executedVersion":"$LATEST"},"responsePayload":{"b":2}}
            """.ReplaceLineEndings(""),
            record);
        await world.NothingWaits();
        Assert.Equal(1, world.Runs);
    }

    [Fact]
    public async Task Failure_is_recorded_with_the_error_after_the_last_retry()
    {
        await using var world = await World.Start((sandbox, _) => sandbox.Error("{\"errorMessage\":\"no\"}"));
        await world.Dispatcher.Configure(world.Source, onSuccess: world.Destination, onFailure: world.Destination);
        var id = await world.Dispatcher.Send(world.Source);

        var record = JsonDocument.Parse(await world.Record(Second)).RootElement;
        Assert.Equal(
            $$"""{"requestId":"{{id}}","functionArn":"{{world.Source.Text}}:$LATEST","condition":"RetriesExhausted","approximateInvokeCount":3}""",
            record.GetProperty("requestContext").GetRawText());
        Assert.Equal(
            """{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"}""", record.GetProperty("responseContext").GetRawText());
        Assert.Equal("""{"errorMessage":"no"}""", record.GetProperty("responsePayload").GetRawText());
        Assert.Equal(3, world.Runs);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_failing_event_is_tried_as_often_as_its_function_says(int retries)
    {
        await using var world = await World.Start((sandbox, _) => sandbox.Error("{}"));
        await world.Dispatcher.Configure(world.Source, retries, onFailure: world.Destination);
        await world.Dispatcher.Send(world.Source);

        Assert.Contains($"\"approximateInvokeCount\":{retries + 1}", await world.Record(Second), StringComparison.Ordinal);
        Assert.Equal(retries + 1, world.Runs);
    }

    [Fact]
    public async Task An_event_that_becomes_too_old_between_retries_is_recorded_without_a_response()
    {
        await using var world = await World.Start((sandbox, _) => sandbox.Error("{}"));
        await world.Dispatcher.Configure(world.Source, age: TimeSpan.FromSeconds(90), onFailure: world.Destination);
        await world.Dispatcher.Send(world.Source, "{\"a\":1}");

        var record = JsonDocument.Parse(await world.Record(Second)).RootElement;
        var context = record.GetProperty("requestContext");
        Assert.Equal("EventAgeExceeded", context.GetProperty("condition").GetString());
        Assert.Equal(2, context.GetProperty("approximateInvokeCount").GetInt32()); // at 0 s and 60 s; the third would be at 180 s
        Assert.Equal(["version", "timestamp", "requestContext", "requestPayload"], record.EnumerateObject().Select(member => member.Name));
        var age = record.GetProperty("timestamp").GetDateTimeOffset() - World.Start0;
        Assert.InRange(age, TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(100)); // not when the retry was due
    }

    [Fact]
    public async Task A_throttled_event_is_given_up_at_its_age_without_having_run()
    {
        await using var world = await World.Start((sandbox, _) => sandbox.Respond("1"));
        await world.Dispatcher.Configure(world.Source, age: TimeSpan.FromSeconds(60));
        await world.Engine.Registry.Reserve(world.Source, 0, 1000, CancellationToken.None);
        await world.Dispatcher.Send(world.Source);
        await world.NothingWaits(Second);
        Assert.Equal(0, world.Runs);
        Assert.InRange(world.Time.GetUtcNow() - World.Start0, TimeSpan.FromSeconds(60), TimeSpan.MaxValue);
    }

    [Fact]
    public async Task A_function_that_is_switched_off_sends_its_events_to_the_failure_destination_at_once()
    {
        await using var world = await World.Start((sandbox, _) => sandbox.Respond("1"));
        await world.Dispatcher.Configure(world.Source, onFailure: world.Destination);
        await world.Engine.Registry.Reserve(world.Source, 0, 1000, CancellationToken.None);
        await world.Dispatcher.Send(world.Source);

        var record = await world.Record();
        Assert.Contains("\"condition\":\"RetriesExhausted\",\"approximateInvokeCount\":0", record, StringComparison.Ordinal);
        Assert.DoesNotContain("responseContext", record, StringComparison.Ordinal);
        Assert.Equal(0, world.Runs);
    }

    [Fact]
    public async Task What_no_longer_is_json_is_recorded_as_a_string()
    {
        await using var world = await World.Start((sandbox, _) => sandbox.Respond("it is \"done\""));
        await world.Dispatcher.Configure(world.Source, onSuccess: world.Destination);
        await world.Dispatcher.Send(world.Source);
        Assert.Equal("it is \"done\"", JsonDocument.Parse(await world.Record()).RootElement.GetProperty("responsePayload").GetString());
    }

    [Fact]
    public async Task A_record_above_the_size_of_an_event_is_not_sent_and_holds_nothing_up()
    {
        await using var world = await World.Start((sandbox, payload) =>
            sandbox.Respond(payload.Contains("big", StringComparison.Ordinal) ? $"\"{new string('x', 1024 * 1024)}\"" : "1"));
        await world.Dispatcher.Configure(world.Source, onSuccess: world.Destination);
        await world.Dispatcher.Send(world.Source, "\"big\"");
        await world.Dispatcher.Send(world.Source, "\"small\"");
        Assert.Contains("\"requestPayload\":\"small\"", await world.Record(), StringComparison.Ordinal);
        await world.NothingWaits();
        Assert.Equal(1, world.Records);
    }

    [Fact]
    public async Task A_deleted_destination_ends_the_record()
    {
        await using var world = await World.Start((sandbox, _) => sandbox.Respond("1"));
        await world.Dispatcher.Configure(world.Source, onSuccess: world.Destination);
        await world.Engine.Registry.Delete(world.Destination, CancellationToken.None);
        await world.Dispatcher.Send(world.Source);
        await world.NothingWaits();
        Assert.Equal(1, world.Runs);
        Assert.Equal(0, world.Records);
    }

    [Fact]
    public async Task Functions_that_are_each_others_destinations_are_stopped_after_sixteen_rounds()
    {
        var runs = 0;
        await using var engine = await Engine.Start((sandbox, _, _) =>
        {
            Interlocked.Increment(ref runs);
            return sandbox.Respond("1");
        });
        var (ping, pong) = (await engine.Create("ping"), await engine.Create("pong"));
        await using var dispatcher = await Dispatcher.Start(engine, TimeProvider.System);
        await dispatcher.Configure(ping, onSuccess: pong);
        await dispatcher.Configure(pong, onSuccess: ping);
        await dispatcher.Send(ping);
        await Eventually.True(async () => Volatile.Read(ref runs) > 0 && await dispatcher.Waiting() == 0, "the loop has ended");
        Assert.Equal(32, runs);
    }

    [Fact]
    public async Task A_loop_that_a_function_makes_is_stopped_and_recorded_unless_it_is_allowed()
    {
        await using var world = await World.Start((sandbox, _) => sandbox.Respond("1"));
        await world.Dispatcher.Configure(world.Source, onSuccess: world.Destination, onFailure: world.Destination);
        var trace = Lineage.NewTrace(Guid.NewGuid(), World.Start0);
        for (var run = 0; run < 16; run++)
            trace = Lineage.Enter(trace, world.Source).Header;

        await world.Dispatcher.Send(world.Source, trace: trace);
        Assert.Contains("\"condition\":\"RetriesExhausted\",\"approximateInvokeCount\":0", await world.Record(), StringComparison.Ordinal);
        Assert.Equal(0, world.Runs);

        await world.Engine.Registry.Asynchronous.SetLoop(world.Source, RecursiveLoop.Allow, CancellationToken.None);
        await world.Dispatcher.Send(world.Source, trace: trace);
        Assert.Contains("\"condition\":\"Success\"", await world.Record(), StringComparison.Ordinal);
        Assert.Equal(1, world.Runs);
    }

    /// <summary>A source whose script the test gives, and a destination that keeps what it gets.</summary>
    sealed class World(FakeTime time, Engine engine, Dispatcher dispatcher, FunctionKey source, FunctionKey destination, World.Seen seen)
        : IAsyncDisposable
    {
        public static readonly DateTimeOffset Start0 = new FakeTime().GetUtcNow();

        public FakeTime Time => time;

        public Engine Engine => engine;

        public Dispatcher Dispatcher => dispatcher;

        public FunctionKey Source => source;

        public FunctionKey Destination => destination;

        /// <summary>Of the source.</summary>
        public int Runs => Volatile.Read(ref seen.Runs);

        /// <summary>That the destination got, whether taken or not.</summary>
        public int Records => Volatile.Read(ref seen.RecordCount);

        public static async Task<World> Start(Func<FakeSandbox, string, Task> script)
        {
            var (time, seen) = (new FakeTime(), new Seen());
            var engine = await Engine.Start((sandbox, _, payload) =>
            {
                var text = Encoding.UTF8.GetString(payload);
                if (!text.StartsWith("{\"version\":", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref seen.Runs);
                    return script(sandbox, text);
                }
                Interlocked.Increment(ref seen.RecordCount);
                seen.Records.Enqueue(text);
                return sandbox.Respond("1");
            }, clock: time);
            var (source, destination) = (await engine.Create("source"), await engine.Create("destination"));
            await engine.Registry.WaitUntilActive(source, CancellationToken.None);
            await engine.Registry.WaitUntilActive(destination, CancellationToken.None);
            return new(time, engine, await Dispatcher.Start(engine, time), source, destination, seen);
        }

        /// <summary>The next record that the destination gets; time goes on while it waits, by <paramref name="step"/> at a time.</summary>
        public async Task<string> Record(TimeSpan step = default)
        {
            string? record = null;
            await Eventually.True(() =>
            {
                time.Advance(step > TimeSpan.Zero ? step : TimeSpan.FromMilliseconds(10));
                return seen.Records.TryDequeue(out record);
            }, "the destination got a record");
            return record!;
        }

        /// <summary>Until no delivery is left, of a source or of a record.</summary>
        public Task NothingWaits(TimeSpan step = default) => Eventually.True(async () =>
        {
            time.Advance(step > TimeSpan.Zero ? step : TimeSpan.FromMilliseconds(10));
            return await dispatcher.Waiting() == 0;
        }, "no delivery is left");

        public async ValueTask DisposeAsync()
        {
            await dispatcher.DisposeAsync();
            await engine.DisposeAsync();
        }

        internal sealed class Seen
        {
            public readonly ConcurrentQueue<string> Records = new();
            public int Runs;
            public int RecordCount;
        }
    }
}
