using System.Text;
using System.Text.Json;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Sandbox;

namespace Aloft.Tests.Functions.Invoke;

public sealed class FleetTests
{
    [Fact]
    public async Task Sequential_invocations_share_one_instance()
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond($"\"{sandbox.Id}\""));
        var key = await engine.Create("f");

        var first = await engine.Answer(key);
        Assert.Equal(first, await engine.Answer(key));
        Assert.Single(engine.Instances);
    }

    [Fact]
    public async Task Overlapping_slow_invocations_get_an_instance_each()
    {
        var release = new TaskCompletionSource();
        await using var engine = await Engine.Start((sandbox, _, _) => release.Task.ContinueWith(_ => sandbox.Respond("1")).Unwrap());
        var key = await engine.Create("f");

        var running = Enumerable.Range(0, 5).Select(_ => engine.Invoke(key)).ToList();
        await Eventually.True(() => engine.Instances.Count() == 5, "five instances");
        release.SetResult();
        Assert.All(await Task.WhenAll(running), outcome => Assert.IsType<InvokeOutcome.Answered>(outcome));
    }

    [Fact]
    public async Task The_instance_used_last_is_used_next()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.Start(async (sandbox, _, payload) =>
        {
            if (Encoding.UTF8.GetString(payload) == "\"wait\"")
                await gate.Task;
            await sandbox.Respond($"\"{sandbox.Id}\"");
        });
        var key = await engine.Create("f");

        var waiting = engine.Answer(key, "\"wait\"");
        await Eventually.True(() => engine.Instances.Any(), "the first instance");
        var second = await engine.Answer(key);
        gate.SetResult();
        var first = await waiting;

        Assert.NotEqual(first, second);
        Assert.Equal(first, await engine.Answer(key));
    }

    [Fact]
    public async Task A_changed_function_runs_on_a_new_instance_and_the_old_one_goes()
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond($"\"{sandbox.Id}\""));
        var key = await engine.Create("f");
        var before = await engine.Answer(key);

        await engine.Registry.Update(key, null, current => current with { Description = "changed" }, CancellationToken.None);
        Assert.NotEqual(before, await engine.Answer(key));
        await Eventually.True(() => engine.Instances.Single(sandbox => $"\"{sandbox.Id}\"" == before).Disposed, "the old instance is gone");
    }

    [Fact]
    public async Task A_function_changed_in_mid_flight_still_answers_from_its_old_code()
    {
        var gate = new TaskCompletionSource();
        await using var engine = await Engine.Start(async (sandbox, _, _) =>
        {
            await gate.Task;
            await sandbox.Respond("\"old\"");
        });
        var key = await engine.Create("f");
        var running = engine.Answer(key);
        await Eventually.True(() => engine.Instances.Any(), "an instance");

        await engine.Registry.Update(key, null, current => current with { Description = "changed" }, CancellationToken.None);
        gate.SetResult();
        Assert.Equal("\"old\"", await running);
    }

    [Fact]
    public async Task An_instance_that_dies_fails_its_invocation_and_the_next_gets_a_new_one()
    {
        await using var engine = await Engine.Start((sandbox, _, payload) =>
        {
            if (payload.AsSpan().SequenceEqual("\"die\""u8))
                sandbox.Exit(new SandboxExit(3, null, false));
            else
                return sandbox.Respond("1");
            return Task.CompletedTask;
        });
        var key = await engine.Create("f");

        var failed = Assert.IsType<InvokeOutcome.Answered>(await engine.Invoke(key, "\"die\""));
        Assert.Equal("Unhandled", failed.FunctionError);
        var error = JsonDocument.Parse(failed.Payload).RootElement;
        Assert.Equal("Runtime.ExitError", error.GetProperty("errorType").GetString());
        Assert.EndsWith("Error: Runtime exited with error: exit status 3", error.GetProperty("errorMessage").GetString());
        Assert.Equal("1", await engine.Answer(key));
    }

    [Fact]
    public async Task Running_out_of_memory_is_told_apart_from_a_crash()
    {
        await using var engine = await Engine.Start((sandbox, _, _) =>
        {
            sandbox.Exit(new SandboxExit(null, 9, OutOfMemory: true));
            return Task.CompletedTask;
        });
        var failed = Assert.IsType<InvokeOutcome.Answered>(await engine.Invoke(await engine.Create("f")));
        Assert.Equal("Runtime.OutOfMemory", JsonDocument.Parse(failed.Payload).RootElement.GetProperty("errorType").GetString());
    }

    [Fact]
    public async Task After_a_fatal_error_the_instance_gets_no_further_invocation()
    {
        await using var engine = await Engine.Start((sandbox, _, payload) =>
            payload.AsSpan().SequenceEqual("\"fatal\""u8) ? sandbox.Fatal("""{"errorType":"Error"}""") : sandbox.Respond($"\"{sandbox.Id}\""));
        var key = await engine.Create("f");
        var before = await engine.Answer(key);

        Assert.Equal("Unhandled", Assert.IsType<InvokeOutcome.Answered>(await engine.Invoke(key, "\"fatal\"")).FunctionError);
        Assert.NotEqual(before, await engine.Answer(key));
    }

    [Fact]
    public async Task A_failing_init_answers_the_invocation_with_its_error()
    {
        await using var engine = await Engine.Start(
            (sandbox, _, _) => sandbox.Respond("1"),
            driver => driver.OnInit = async sandbox =>
            {
                await sandbox.LogLine(DateTimeOffset.UnixEpoch, "[ERROR] no such module");
                await sandbox.Send(3, """{"errorType":"Runtime.ImportModuleError","errorMessage":"no"}"""u8.ToArray());
            });
        var failed = Assert.IsType<InvokeOutcome.Answered>(await engine.Invoke(await engine.Create("f"), tail: true));

        Assert.Equal("Unhandled", failed.FunctionError);
        Assert.Equal("""{"errorType":"Runtime.ImportModuleError","errorMessage":"no"}""", Encoding.UTF8.GetString(failed.Payload.Span));
        Assert.Contains(engine.Logs.Lines, line => line.StartsWith("INIT_REPORT", StringComparison.Ordinal) && line.Contains("Runtime.ImportModuleError"));
        Assert.Contains("\n[ERROR] no such module\nEND RequestId: ", Encoding.UTF8.GetString(failed.Tail!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sandbox_that_cannot_be_made_is_reported_with_its_reason()
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"), driver => driver.FailBoot = () => new SandboxException("no cgroup"));
        var outcome = Assert.IsType<InvokeOutcome.Unavailable>(await engine.Invoke(await engine.Create("f")));
        Assert.Contains("no cgroup", outcome.Reason);
    }

    [Fact]
    public async Task Every_one_of_many_simultaneous_invocations_is_answered_with_its_own_event()
    {
        await using var engine = await Engine.Start((sandbox, _, payload) => sandbox.Respond(Encoding.UTF8.GetString(payload)));
        var key = await engine.Create("f");

        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => engine.Answer(key, $"{i}")));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), answers);
    }

    [Fact]
    public async Task A_standby_that_died_unseen_is_not_given_a_function()
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        var key = await engine.Create("f");
        await Eventually.True(() => engine.Driver.Living.Count(sandbox => sandbox.Id.StartsWith("node", StringComparison.Ordinal)) >= 2, "standbys");
        foreach (var standby in engine.Driver.Living.ToList())
            standby.Exit(new SandboxExit(1, null, false));

        Assert.Equal("1", await engine.Answer(key));
    }

    [Fact]
    public async Task Stopping_leaves_no_sandbox()
    {
        var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        await engine.Answer(await engine.Create("f"));
        await engine.DisposeAsync();
        Assert.Empty(engine.Driver.Living);
    }

    [Fact]
    public async Task Where_memory_is_short_callers_wait_for_an_instance_to_become_idle()
    {
        var release = new TaskCompletionSource();
        await using var engine = await Engine.Start(
            (sandbox, _, _) => release.Task.ContinueWith(_ => sandbox.Respond("1")).Unwrap(), memoryMegabytes: 512);
        var (first, second) = (await engine.Create("first"), await engine.Create("second"));
        var running = Enumerable.Range(0, 20).Select(_ => engine.Answer(first)).ToList();
        await Eventually.True(() => engine.Instances.Count() == 4, "as many instances as there is memory for");
        running.Add(engine.Answer(second));
        Assert.False(running[^1].IsCompleted);
        release.SetResult();
        Assert.All(await Task.WhenAll(running), answer => Assert.Equal("1", answer));
        Assert.InRange(engine.Instances.Count(sandbox => !sandbox.Exited.IsCompleted), 2, 4); // not all of them have made way for one
    }

    [Fact]
    public async Task A_function_with_several_instances_and_a_queue_makes_way_for_one_without_any()
    {
        using var turns = new SemaphoreSlim(0);
        await using var engine = await Engine.Start(
            async (sandbox, _, payload) =>
            {
                if (payload.AsSpan().SequenceEqual("\"queue\""u8))
                    await turns.WaitAsync();
                await sandbox.Respond("1");
            },
            memoryMegabytes: 512);
        var (first, second) = (await engine.Create("first"), await engine.Create("second"));
        var queue = Enumerable.Range(0, 20).Select(_ => engine.Answer(first, "\"queue\"")).ToList();
        await Eventually.True(() => engine.Instances.Count() == 4, "as many instances as there is memory for");
        var other = engine.Answer(second);
        await Eventually.True(
            () =>
            {
                if (turns.CurrentCount == 0 && !other.IsCompleted && queue.Count(answer => answer.IsCompleted) < 10)
                    turns.Release();
                return other.IsCompleted;
            },
            "the other function is answered, too");
        Assert.Contains(queue, answer => !answer.IsCompleted);
        turns.Release(20);
        Assert.All(await Task.WhenAll(queue), answer => Assert.Equal("1", answer));
    }

    [Fact]
    public async Task Who_has_waited_long_for_memory_is_throttled()
    {
        var time = new FakeTime();
        var release = new TaskCompletionSource();
        await using var engine = await Engine.Start(
            (sandbox, _, _) => release.Task.ContinueWith(_ => sandbox.Respond("1")).Unwrap(), clock: time, memoryMegabytes: 128);
        var running = engine.Answer(await engine.Create("first", function => function with { Timeout = TimeSpan.FromMinutes(15) }));
        await Eventually.True(() => engine.Instances.Any(), "all memory is taken");
        var outcome = engine.Invoke(await engine.Create("second"));
        var began = time.GetUtcNow();
        await Eventually.True(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(500));
                return outcome.IsCompleted;
            },
            "it is refused");
        Assert.Equal("ConcurrentInvocationLimitExceeded", Assert.IsType<InvokeOutcome.Throttled>(await outcome).Reason);
        Assert.True(time.GetUtcNow() - began > TimeSpan.FromSeconds(50));
        release.SetResult();
        await running;
    }

    [Fact]
    public async Task A_function_that_this_node_can_never_hold_is_refused_at_once_and_others_keep_their_instances()
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond($"\"{sandbox.Id}\""), memoryMegabytes: 200);
        var small = await engine.Create("small");
        var before = await engine.Answer(small);
        Assert.IsType<InvokeOutcome.Throttled>(await engine.Invoke(await engine.Create("f", function => function with { MemoryMegabytes = 300 })));
        Assert.Equal(before, await engine.Answer(small));
    }

    [Fact]
    public async Task The_memory_of_a_failed_start_is_taken_until_its_sandbox_is_gone()
    {
        var gone = new TaskCompletionSource();
        await using var engine = await Engine.Start(
            (sandbox, _, _) => sandbox.Respond("1"),
            driver =>
            {
                driver.OnDispose = () => gone.Task;
                driver.OnInit = sandbox => sandbox.Send(3, """{"errorType":"E","errorMessage":"as asked"}"""u8.ToArray());
            },
            memoryMegabytes: 128);
        var key = await engine.Create("f");
        Assert.Equal("Unhandled", Assert.IsType<InvokeOutcome.Answered>(await engine.Invoke(key)).FunctionError);
        var second = engine.Invoke(key);
        await Task.WhenAny(second, Task.Delay(100));
        Assert.Single(engine.Instances);
        gone.SetResult();
        await second;
        Assert.Equal(2, engine.Instances.Count());
    }

    [Fact]
    public async Task An_instance_that_cannot_be_frozen_is_ended_and_the_others_are_looked_after()
    {
        var time = new FakeTime();
        var failed = 0;
        await using var engine = await Engine.Start(
            (sandbox, _, _) => sandbox.Respond("1"),
            driver => driver.FailFreeze = () => Interlocked.Exchange(ref failed, 1) == 0 ? new("its processes do not stop") : null,
            time);
        foreach (var name in (string[])["a", "b", "c"])
            await engine.Answer(await engine.Create(name));
        await Eventually.True(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                return engine.Instances.Count(sandbox => sandbox.Exited.IsCompleted) == 1 && engine.Instances.Count(sandbox => sandbox.Frozen) == 2;
            },
            "one is ended, two are frozen");
    }

    [Fact]
    public async Task Stopping_waits_for_what_runs_on_code_that_has_been_changed_since()
    {
        var gate = new TaskCompletionSource();
        var engine = await Engine.Start((sandbox, _, _) => gate.Task.ContinueWith(_ => sandbox.Respond("1")).Unwrap());
        var key = await engine.Create("f");
        var running = engine.Answer(key);
        await Eventually.True(() => engine.Instances.Any(sandbox => sandbox.Frames.Contains("invoke")), "it runs");
        await engine.Registry.Update(key, null, current => current with { Description = "changed" }, CancellationToken.None);
        await Eventually.True(() => engine.Invoker.FleetAt((key, FunctionVersion.Latest)) is null, "its fleet is retired");
        var stopping = engine.DisposeAsync().AsTask();
        Assert.NotSame(stopping, await Task.WhenAny(stopping, Task.Delay(100)));
        gate.SetResult();
        Assert.Equal("1", await running);
        await stopping;
    }

    [Theory]
    [InlineData(false, false, 10, 40)]
    [InlineData(true, false, 100, 140)]
    [InlineData(false, true, 10, 40)]
    [InlineData(true, true, 1000, 1040)]
    public async Task An_instance_that_wants_a_processor_gets_company_later_than_one_that_waits_for_something_else(
        bool runnable, bool processorsAreTaken, int atLeast, int atMost)
    {
        var time = new FakeTime();
        var release = new TaskCompletionSource();
        await using var engine = await Engine.Start(async (sandbox, _, payload) =>
        {
            sandbox.Runnable = runnable;
            time.Advance(TimeSpan.FromMicroseconds(50));
            if (payload.AsSpan().SequenceEqual("\"slow\""u8))
                await release.Task;
            await sandbox.Respond("1");
        }, clock: time, processorsAreTaken: processorsAreTaken);
        var key = await engine.Create("f");
        await engine.Answer(key);

        var slow = engine.Answer(key, "\"slow\"");
        var waiting = engine.Answer(key);
        var began = time.GetUtcNow();
        await Eventually.True(
            async () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(1));
                await Task.Delay(1); // what the clock sets off goes its way
                return engine.Instances.Count() == 2;
            },
            "another instance");
        Assert.InRange((time.GetUtcNow() - began).TotalMilliseconds, atLeast, atMost);
        release.SetResult();
        await Task.WhenAll(slow, waiting);
    }
}
