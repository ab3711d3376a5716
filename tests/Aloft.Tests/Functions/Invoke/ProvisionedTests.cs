using System.Collections.Concurrent;
using System.Text;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Provisioning;
using Aloft.Platform.Functions.Registry;
using Aloft.Sandbox;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Functions.Invoke;

/// <summary>Instances that are kept initialised for a version, whether it is invoked or not.</summary>
public sealed class ProvisionedTests
{
    readonly FakeTime time = new();

    [Fact]
    public async Task So_many_are_initialised_before_anybody_calls()
    {
        await using var engine = await Engine.Start(Answer, clock: time);
        var key = await Published(engine);
        await engine.Registry.Provisioned.Put(key, "1", 3, 1000, Forever);
        await Ready(engine, key, 3);
        Assert.All(Living(engine), sandbox => Assert.Equal("provisioned-concurrency", TypeOf(sandbox)));

        Assert.Equal("1", await Invoke(engine, key));
        Assert.Equal(3, Living(engine).Count);
        Assert.Null(engine.Logs.Records.Single(record => record.Kind == Platform.Kernel.PlatformRecordKind.Report).InitDuration);
    }

    [Fact]
    public async Task Below_the_number_nobody_waits_for_a_start_and_beyond_it_instances_are_started_on_demand()
    {
        var release = new TaskCompletionSource();
        await using var engine = await Engine.Start((sandbox, _, _) => release.Task.ContinueWith(_ => sandbox.Respond("1")).Unwrap(), clock: time);
        var key = await Published(engine);
        await engine.Registry.Provisioned.Put(key, "1", 3, 1000, Forever);
        await Ready(engine, key, 3);

        var running = Enumerable.Range(0, 3).Select(_ => Invoke(engine, key)).ToList();
        Assert.Equal(3, Living(engine).Count);
        running.Add(Invoke(engine, key));
        await UntilWhileTimePasses(() => Living(engine).Count(sandbox => sandbox.Init is not null) == 4, "one more is started");
        Assert.Equal("on-demand", TypeOf(Living(engine)[^1]));
        release.SetResult();
        await Task.WhenAll(running);

        time.Advance(TimeSpan.FromMinutes(9));
        await UntilWhileTimePasses(() => Living(engine).Count == 3, "what is not provisioned is reaped");
        Assert.All(Living(engine), sandbox => Assert.Equal("provisioned-concurrency", TypeOf(sandbox)));
    }

    [Fact]
    public async Task One_that_dies_or_grows_old_is_replaced()
    {
        await using var engine = await Engine.Start(Answer, clock: time);
        var key = await Published(engine);
        await engine.Registry.Provisioned.Put(key, "1", 2, 1000, Forever);
        await Ready(engine, key, 2);
        time.Advance(TimeSpan.FromMinutes(2));
        var first = Living(engine);
        first[0].Exit(new SandboxExit(1, null, false));
        await UntilWhileTimePasses(() => Living(engine).Count == 2, "the dead one is replaced");
        Assert.Equal(ProvisionedState.READY, (await engine.Registry.Provisioned.Find(key, "1", Forever)).State);

        time.Advance(TimeSpan.FromHours(11.1));
        await UntilWhileTimePasses(() => Living(engine).Count == 2 && !Living(engine).Contains(first[1]), "the old ones are replaced");
        Assert.Equal("1", await Invoke(engine, key));
    }

    [Fact]
    public async Task Those_that_are_busy_or_starting_when_the_configuration_goes_are_not_kept_either()
    {
        var (answer, init) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var engine = await Engine.Start((sandbox, _, _) => answer.Task.ContinueWith(_ => sandbox.Respond("1")).Unwrap(), clock: time);
        var key = await Published(engine);
        await engine.Registry.Provisioned.Put(key, "1", 1, 1000, Forever);
        await Ready(engine, key, 1);
        var busy = Invoke(engine, key);
        engine.Driver.OnInit = sandbox => init.Task.ContinueWith(_ => sandbox.Send(2, [])).Unwrap();
        await engine.Registry.Provisioned.Put(key, "1", 2, 1000, Forever);
        await UntilWhileTimePasses(() => Living(engine).Count == 2, "a second one is in its init phase");

        await engine.Registry.Provisioned.Delete(key, "1", Forever);
        time.Advance(TimeSpan.FromMilliseconds(300));
        init.SetResult();
        answer.SetResult();
        Assert.Equal("1", await busy);
        await UntilWhileTimePasses(() => Living(engine).Count == 0, "none is kept");
    }

    [Fact]
    public async Task One_that_dies_right_after_its_init_is_told_as_a_failure_and_not_started_again_without_pause()
    {
        var inits = new ConcurrentQueue<DateTimeOffset>();
        await using var engine = await Engine.Start(Answer, driver => driver.OnInit = async sandbox =>
        {
            inits.Enqueue(time.GetUtcNow());
            await sandbox.Send(2, []);
            sandbox.Exit(new SandboxExit(1, null, false));
        }, time);
        var key = await Published(engine);
        await engine.Registry.Provisioned.Put(key, "1", 2, 1000, Forever);
        await UntilWhileTimePasses(() => inits.Count == 5, "it is tried again and again");
        var failed = await engine.Registry.Provisioned.Find(key, "1", Forever);
        Assert.Equal((ProvisionedState.FAILED, "An instance ended after its init phase, before its first invocation."), (failed.State, failed.Reason));
        var pauses = inits.Zip(inits.Skip(1), (before, after) => (after - before).TotalSeconds).ToList();
        Assert.True(pauses[1] >= 1 && pauses[2] >= 2 && pauses[3] >= 4, string.Join(", ", pauses));
    }

    [Fact]
    public async Task Old_ones_are_replaced_where_there_is_no_memory_for_one_more()
    {
        await using var engine = await Engine.Start(Answer, clock: time, memoryMegabytes: 256);
        var key = await Published(engine);
        await engine.Registry.Provisioned.Put(key, "1", 1, 1000, Forever);
        await Ready(engine, key, 1);
        var first = Living(engine).Single();
        time.Advance(TimeSpan.FromHours(11.1));
        await UntilWhileTimePasses(() => Living(engine).Any(sandbox => sandbox != first) && first.Exited.IsCompleted, "the old one is replaced");
        await Ready(engine, key, 1);
    }

    [Fact]
    public async Task They_follow_the_alias_and_go_with_the_configuration()
    {
        await using var engine = await Engine.Start(Answer, clock: time);
        var key = await Published(engine);
        await engine.Registry.Update(key, null, current => current with { Description = "second" }, Forever);
        await engine.Registry.WaitUntilActive(key, Forever);
        await engine.Registry.WhenSettled(await engine.Registry.Releases.Publish(key, null, null, null, Forever), Forever);
        await engine.Registry.Releases.CreateAlias(new(key, "live", "1", null, "", ""), Forever);
        await engine.Registry.Provisioned.Put(key, "live", 2, 1000, Forever);
        await Ready(engine, key, 2, "live");
        var before = Living(engine);

        await engine.Registry.Releases.UpdateAlias(key, "live", null, alias => alias with { Version = "2" }, Forever);
        await UntilWhileTimePasses(() => Living(engine).Count == 2 && !Living(engine).Intersect(before).Any(), "two of the new version");
        await Ready(engine, key, 2, "live");
        await engine.Registry.Provisioned.Delete(key, "live", Forever);
        await UntilWhileTimePasses(() => Living(engine).Count == 0, "none is kept");
    }

    [Fact]
    public async Task An_init_that_fails_is_told_and_tried_again_after_a_pause_that_grows()
    {
        var broken = true;
        var inits = new ConcurrentQueue<DateTimeOffset>();
        await using var engine = await Engine.Start(Answer, driver => driver.OnInit = sandbox =>
        {
            inits.Enqueue(time.GetUtcNow());
            return broken
                ? sandbox.Send(3, """{"errorType":"Runtime.ImportModuleError","errorMessage":"no module named x"}"""u8.ToArray())
                : sandbox.Send(2, []);
        }, time);
        var key = await Published(engine);
        await engine.Registry.Provisioned.Put(key, "1", 1, 1000, Forever);
        await UntilWhileTimePasses(() => inits.Count == 4, "it is tried again and again");
        var failed = await engine.Registry.Provisioned.Find(key, "1", Forever);
        Assert.Equal(ProvisionedState.FAILED, failed.State);
        Assert.Equal("FUNCTION_ERROR_INIT_FAILURE: Runtime.ImportModuleError: no module named x", failed.Reason);
        var pauses = inits.Zip(inits.Skip(1), (before, after) => (after - before).TotalSeconds).ToList();
        Assert.True(pauses[0] >= 1 && pauses[1] >= 2 && pauses[2] >= 4, string.Join(", ", pauses));

        broken = false;
        await Ready(engine, key, 1);
    }

    [Fact]
    public async Task A_sandbox_that_cannot_be_made_is_told_with_its_reason()
    {
        await using var engine = await Engine.Start(Answer, driver => driver.FailBoot = () => new SandboxException("no cgroup"), time);
        var key = await Published(engine);
        await engine.Registry.Provisioned.Put(key, "1", 1, 1000, Forever);
        await Eventually.True(
            async () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                return await engine.Registry.Provisioned.Find(key, "1", Forever) is { State: ProvisionedState.FAILED, Reason: "no cgroup" };
            },
            "it has failed");
    }

    [Fact]
    public async Task Where_memory_is_short_as_many_as_fit_are_held_the_lack_is_told_and_other_functions_still_find_room()
    {
        await using var engine = await Engine.Start(Answer, clock: time, memoryMegabytes: 1280);
        var key = await Published(engine);
        await engine.Registry.Provisioned.Put(key, "1", 20, 1000, Forever);
        await Eventually.True(
            async () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                return await engine.Registry.Provisioned.Find(key, "1", Forever) is { State: ProvisionedState.FAILED, Allocated: 9 };
            },
            "nine of ten parts of the memory");
        var status = await engine.Registry.Provisioned.Find(key, "1", Forever);
        Assert.Equal("This node has no memory left for another instance of 128 MB.", status.Reason);
        Assert.Equal("1", await engine.Answer(await engine.Create("other")));
        Assert.Equal(9, (await engine.Registry.Provisioned.Find(key, "1", Forever)).Allocated);
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_an_init_that_takes_long()
    {
        var engine = await Engine.Start(Answer, driver => driver.OnInit = _ => Task.CompletedTask, time);
        var key = await Published(engine);
        await engine.Registry.Provisioned.Put(key, "1", 2, 1000, Forever);
        await UntilWhileTimePasses(() => Living(engine).Count == 2, "two are in their init phase");
        var (before, stopping) = (time.GetUtcNow(), engine.DisposeAsync().AsTask());
        await UntilWhileTimePasses(() => stopping.IsCompleted, "the engine stops");
        Assert.True(time.GetUtcNow() - before < TimeSpan.FromSeconds(15), "it waited for them");
        Assert.Empty(engine.Driver.Living);
    }

    [Fact]
    public async Task What_is_provisioned_is_the_versions_own_and_the_rest_is_for_all()
    {
        var release = new TaskCompletionSource();
        await using var engine = await Engine.Start(
            (sandbox, _, _) => release.Task.ContinueWith(_ => sandbox.Respond("1")).Unwrap());
        var key = await Published(engine);
        await engine.Registry.Reserve(key, 3, 1000, Forever);
        await engine.Registry.Provisioned.Put(key, "1", 2, 1000, Forever);

        var running = new List<Task<InvokeOutcome>> { engine.Invoke(key) };
        Assert.IsType<InvokeOutcome.Throttled>(await engine.Invoke(key)); // of $LATEST there may be one
        running.AddRange([Outcome(engine, key), Outcome(engine, key)]);
        Assert.IsType<InvokeOutcome.Throttled>(await Outcome(engine, key));
        release.SetResult();
        Assert.All(await Task.WhenAll(running), outcome => Assert.IsType<InvokeOutcome.Answered>(outcome));
        await engine.Invoke(key);
    }

    static Task Answer(FakeSandbox sandbox, string requestId, byte[] payload) => sandbox.Respond("1");

    static async Task<FunctionKey> Published(Engine engine)
    {
        var key = await engine.Create("f");
        await engine.Registry.WaitUntilActive(key, Forever);
        await engine.Registry.WhenSettled(await engine.Registry.Releases.Publish(key, null, null, null, Forever), Forever);
        return key;
    }

    static async Task<InvokeOutcome> Outcome(Engine engine, FunctionKey key) =>
        await engine.Invoker.Invoke(new(key, "1", Guid.NewGuid(), "{}"u8.ToArray()), Forever);

    static async Task<string> Invoke(Engine engine, FunctionKey key) =>
        Encoding.UTF8.GetString(Assert.IsType<InvokeOutcome.Answered>(await Outcome(engine, key)).Payload.Span);

    static List<FakeSandbox> Living(Engine engine) => [.. engine.Instances.Where(sandbox => !sandbox.Exited.IsCompleted)];

    static string? TypeOf(FakeSandbox sandbox) =>
        sandbox.Init!.RootElement.GetProperty("environment").GetProperty("AWS_LAMBDA_INITIALIZATION_TYPE").GetString();

    Task Ready(Engine engine, FunctionKey key, int count, string qualifier = "1") => Eventually.True(
        async () =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            var status = await engine.Registry.Provisioned.Find(key, qualifier, Forever);
            return status.State == ProvisionedState.READY && status.Allocated == count;
        },
        "it is ready");

    Task UntilWhileTimePasses(Func<bool> condition, string what) => Eventually.True(
        () =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return condition();
        },
        what);
}
