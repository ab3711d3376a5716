using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Sandbox;

namespace Aloft.Tests.Functions.Invoke;

/// <summary>Invocations that an instance of short ones is sent behind the one that it runs.</summary>
public sealed class SentAheadTests
{
    readonly FakeTime time = new();
    readonly TaskCompletionSource first = new();
    readonly TaskCompletionSource slow = new();
    readonly ConcurrentQueue<string> begun = new();

    [Fact]
    public async Task Short_invocations_are_sent_ahead_and_answered_in_order()
    {
        await using var engine = await Engine.Start(Run, clock: time);
        var (sandbox, slowOne, behind) = await SlowOneWithThreeBehind(engine);
        slow.SetResult();

        Assert.Equal($"\"{sandbox.Id}\"", await slowOne);
        Assert.All(await Task.WhenAll(behind), answer => Assert.Equal($"\"{sandbox.Id}\"", answer));
        Assert.Equal(["\"slow\"", "1", "2", "3"], begun.TakeLast(4));
        Assert.Single(engine.Instances);
    }

    [Fact]
    public async Task Nothing_is_sent_ahead_to_an_instance_whose_invocations_are_not_short()
    {
        await using var engine = await Engine.Start(
            (sandbox, id, payload) =>
            {
                time.Advance(TimeSpan.FromMilliseconds(2));
                return Run(sandbox, id, payload);
            },
            clock: time);
        var key = await engine.Create("f");
        await ManyShortOnes(engine, key);
        var running = engine.Answer(key, "\"first\"");
        await Eventually.True(() => begun.Contains("\"first\""), "it runs");
        var waiting = new[] { engine.Answer(key, "\"slow\""), engine.Answer(key, "1"), engine.Answer(key, "2") };
        first.SetResult();
        await running;
        await Eventually.True(() => begun.Contains("\"slow\""), "the next runs");

        // What is sent ahead stays there behind the slow one; what another instance has just been given is begun in a moment.
        await Eventually.True(() => engine.Instances.All(sandbox => sandbox.Pending == 0), "nothing is sent ahead");
        slow.SetResult();
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task What_was_sent_ahead_of_a_slow_one_is_asked_back_and_runs_elsewhere()
    {
        await using var engine = await Engine.Start(Run, clock: time);
        var (sandbox, slowOne, behind) = await SlowOneWithThreeBehind(engine);

        var answers = await AnsweredWhileTimePasses(behind);
        Assert.All(answers, answer => Assert.NotEqual($"\"{sandbox.Id}\"", answer));
        Assert.False(slowOne.IsCompleted);
        slow.SetResult();
        Assert.Equal($"\"{sandbox.Id}\"", await slowOne);
        Assert.Equal(3, begun.Count(payload => payload is "1" or "2" or "3"));
    }

    [Fact]
    public async Task A_time_out_returns_what_was_sent_ahead_to_run_once_elsewhere()
    {
        await using var engine = await Engine.Start(Run, clock: time);
        var (sandbox, slowOne, behind) = await SlowOneWithThreeBehind(engine);
        sandbox.Deaf = true;
        time.Advance(TimeSpan.FromSeconds(3.1));

        await Assert.ThrowsAnyAsync<Exception>(() => slowOne);
        var answers = await AnsweredWhileTimePasses(behind);
        Assert.All(answers, answer => Assert.NotEqual($"\"{sandbox.Id}\"", answer));
        Assert.Equal(3, begun.Count(payload => payload is "1" or "2" or "3"));
        Assert.Equal("timeout", engine.Logs.Records.Single(record => record.Status is not null).Status);
    }

    [Fact]
    public async Task A_crash_fails_the_one_that_ran_and_returns_what_was_sent_ahead()
    {
        await using var engine = await Engine.Start(Run, clock: time);
        var (sandbox, slowOne, behind) = await SlowOneWithThreeBehind(engine);
        sandbox.Exit(new SandboxExit(3, null, false));

        await Assert.ThrowsAnyAsync<Exception>(() => slowOne);
        Assert.All(await AnsweredWhileTimePasses(behind), answer => Assert.NotEqual($"\"{sandbox.Id}\"", answer));
        Assert.Equal("Runtime.ExitError", engine.Logs.Records.Single(record => record.Status is not null).ErrorType);
    }

    [Fact]
    public async Task Stopping_starts_nothing_for_what_was_sent_ahead()
    {
        var engine = await Engine.Start(Run, clock: time);
        var (sandbox, slowOne, behind) = await SlowOneWithThreeBehind(engine, timeout: TimeSpan.FromMinutes(15));
        sandbox.Deaf = true;
        var stopping = engine.DisposeAsync().AsTask();
        await Eventually.True(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return stopping.IsCompleted;
            },
            "the engine stops");

        foreach (var answer in (Task<string>[])[slowOne, .. behind])
            await Assert.ThrowsAnyAsync<Exception>(() => answer);
        Assert.DoesNotContain(begun, payload => payload is "1" or "2" or "3");
        Assert.Empty(engine.Driver.Living);
    }

    [Fact]
    public async Task An_answer_that_was_written_before_the_end_counts()
    {
        await using var engine = await Engine.Start(async (sandbox, _, _) =>
        {
            await sandbox.Respond("\"last words\"");
            sandbox.Exit(new SandboxExit(1, null, false));
        });
        Assert.Equal("\"last words\"", await engine.Answer(await engine.Create("f")));
    }

    async Task Run(FakeSandbox sandbox, string requestId, byte[] payload)
    {
        var text = Encoding.UTF8.GetString(payload);
        begun.Enqueue(text);
        time.Advance(TimeSpan.FromMicroseconds(10));
        if (text == "\"first\"")
            await first.Task;
        else if (text == "\"slow\"")
            await Task.WhenAny(slow.Task, sandbox.Exited);
        await sandbox.Respond($"\"{sandbox.Id}\"");
    }

    static async Task ManyShortOnes(Engine engine, FunctionKey key)
    {
        for (var i = 0; i < 100; i++)
            await engine.Answer(key, "\"short\"");
    }

    /// <summary>One instance that runs a slow invocation and holds three that have not begun.</summary>
    async Task<(FakeSandbox Sandbox, Task<string> Slow, Task<string>[] Behind)> SlowOneWithThreeBehind(
        Engine engine, TimeSpan? timeout = null)
    {
        var key = await engine.Create("f", function => function with { Timeout = timeout ?? function.Timeout });
        await ManyShortOnes(engine, key);
        var running = engine.Answer(key, "\"first\"");
        await Eventually.True(() => begun.Contains("\"first\""), "it runs");
        var slowOne = engine.Answer(key, "\"slow\"");
        Task<string>[] behind = [engine.Answer(key, "1"), engine.Answer(key, "2"), engine.Answer(key, "3")];
        first.SetResult();
        await running;
        var sandbox = engine.Instances.Single();
        await Eventually.True(() => sandbox.Pending == 3, "three are sent ahead");
        return (sandbox, slowOne, behind);
    }

    async Task<string[]> AnsweredWhileTimePasses(Task<string>[] answers)
    {
        var all = Task.WhenAll(answers);
        await Eventually.True(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(6));
                return all.IsCompleted;
            },
            "they are answered");
        return await all;
    }
}
