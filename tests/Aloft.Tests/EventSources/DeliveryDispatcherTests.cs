using System.Collections.Concurrent;
using System.Text;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel.Deliveries;
using Aloft.Tests.Functions.Invoke;

namespace Aloft.Tests.EventSources;

public sealed class DeliveryDispatcherTests
{
    static readonly Dictionary<string, string> NoAttributes = [];

    [Fact]
    public async Task An_accepted_event_runs_under_its_request_id_and_leaves_the_table()
    {
        var seen = new ConcurrentQueue<string>();
        await using var engine = await Engine.Start((sandbox, id, payload) =>
        {
            seen.Enqueue($"{id} {Encoding.UTF8.GetString(payload)}");
            return sandbox.Respond("1");
        });
        var key = await engine.Create("f", Patient);
        await using var dispatcher = await Dispatcher.Start(engine, TimeProvider.System);

        var id = Guid.NewGuid();
        await dispatcher.Outbox.Send(key.Account, key.Region, key.Text, id, "{\"a\":1}"u8.ToArray(), NoAttributes, CancellationToken.None);
        await Eventually.True(() => !seen.IsEmpty, "the function ran");
        Assert.Equal([$"{id} {{\"a\":1}}"], seen);
        await Eventually.True(async () => await dispatcher.Waiting() == 0, "the row is gone");
    }

    [Fact]
    public async Task A_failing_event_is_tried_again_after_one_and_two_minutes_then_given_up()
    {
        var time = new FakeTime();
        var attempts = new ConcurrentQueue<DateTimeOffset>();
        await using var engine = await Engine.Start((sandbox, _, _) =>
        {
            attempts.Enqueue(time.GetUtcNow());
            return sandbox.Error("{}");
        }, clock: time);
        var key = await engine.Create("f", Patient);
        await using var dispatcher = await Dispatcher.Start(engine, time);
        var start = time.GetUtcNow();

        await dispatcher.Outbox.Send(key.Account, key.Region, key.Text, Guid.NewGuid(), "{}"u8.ToArray(), NoAttributes, CancellationToken.None);
        await Eventually.True(() => attempts.Count == 1, "the first attempt");
        foreach (var count in new[] { 2, 3 })
            await Eventually.True(() =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return attempts.Count == count;
            }, $"attempt {count}");
        await Eventually.True(async () =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return await dispatcher.Waiting() == 0;
        }, "the row is gone");

        var times = attempts.Select(attempt => (attempt - start).TotalSeconds).ToList();
        Assert.Equal(3, times.Count);
        Assert.True(times[1] - times[0] >= 60, $"second after {times[1] - times[0]} s");
        Assert.True(times[2] - times[1] >= 120, $"third after {times[2] - times[1]} s");
    }

    [Fact]
    public async Task What_a_dead_predecessor_accepted_is_run_by_its_successor()
    {
        var ran = new ConcurrentQueue<string>();
        await using var engine = await Engine.Start((sandbox, id, _) =>
        {
            ran.Enqueue(id);
            return sandbox.Respond("1");
        });
        var key = await engine.Create("f", Patient);
        var dead = new Outbox(engine.Db, "node", TimeProvider.System);
        await dead.Migrate(CancellationToken.None);
        var ids = Enumerable.Range(0, 50).Select(_ => Guid.NewGuid()).ToList();
        foreach (var id in ids)
            await dead.Send(key.Account, key.Region, key.Text, id, "{}"u8.ToArray(), NoAttributes, CancellationToken.None);
        Assert.Empty(ran);

        await using var dispatcher = await Dispatcher.Start(engine, TimeProvider.System);
        await Eventually.True(() => ran.Count >= 50, "all ran");
        Assert.Equal(ids.Select(id => id.ToString()).Order(), ran.Order());
    }

    [Fact]
    public async Task A_throttled_event_waits_without_using_up_its_attempts()
    {
        var time = new FakeTime();
        var ran = 0;
        await using var engine = await Engine.Start((sandbox, _, _) =>
        {
            Interlocked.Increment(ref ran);
            return sandbox.Respond("1");
        }, clock: time);
        var key = await engine.Create("f", Patient);
        await engine.Registry.Reserve(key, 0, 1000, CancellationToken.None);
        await using var dispatcher = await Dispatcher.Start(engine, time);

        await dispatcher.Outbox.Send(key.Account, key.Region, key.Text, Guid.NewGuid(), "{}"u8.ToArray(), NoAttributes, CancellationToken.None);
        await Eventually.True(async () => await dispatcher.Resting() == 1, "it was put off");
        for (var i = 0; i < 600; i++)
            time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, ran);
        Assert.Equal(1, await dispatcher.Waiting());

        await engine.Registry.Reserve(key, null, 1000, CancellationToken.None);
        await Eventually.True(async () =>
        {
            if (await dispatcher.Resting() == 1) // else it is being run, and its start has ten seconds for the init phase
                time.Advance(TimeSpan.FromSeconds(1));
            return Volatile.Read(ref ran) == 1;
        }, "it ran when it could");
    }

    [Fact]
    public async Task A_slow_function_does_not_delay_anothers_events()
    {
        var gate = new TaskCompletionSource();
        var quick = 0;
        await using var engine = await Engine.Start(async (sandbox, _, payload) =>
        {
            if (payload.AsSpan().SequenceEqual("\"slow\""u8))
                await gate.Task;
            else
                Interlocked.Increment(ref quick);
            await sandbox.Respond("1");
        });
        var (slow, fast) = (await engine.Create("slow"), await engine.Create("fast"));
        await using var dispatcher = await Dispatcher.Start(engine, TimeProvider.System);

        for (var i = 0; i < 100; i++)
            await dispatcher.Outbox.Send(slow.Account, slow.Region, slow.Text, Guid.NewGuid(), "\"slow\""u8.ToArray(), NoAttributes, CancellationToken.None);
        await dispatcher.Outbox.Send(fast.Account, fast.Region, fast.Text, Guid.NewGuid(), "{}"u8.ToArray(), NoAttributes, CancellationToken.None);
        await Eventually.True(() => quick == 1, "the quick function's event");
        gate.SetResult();
    }

    /// <summary>Its time-out is far off: these tests move the clock on without regard to what runs on a slow machine.</summary>
    static FunctionVersion Patient(FunctionVersion function) => function with { Timeout = TimeSpan.FromMinutes(15) };
}
