using System.Net;
using System.Net.Sockets;
using System.Text;
using Aloft.Platform.Functions.Development;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Tests.Functions.Invoke;
using Aloft.Wire;
using Limits = Aloft.Platform.Functions.Development.Limits;

namespace Aloft.Tests.Functions.Development;

public sealed class DevLoopTests
{
    [Fact]
    public async Task A_change_is_seen_in_the_folder_and_told_to_the_sandbox_before_its_next_event()
    {
        await using var engine = await Engine.Start(Read);
        var key = await engine.Create("f");
        var (session, begun) = await engine.Development.Begin(key, null, default);
        Assert.Equal(ReloadState.New, Assert.Single(begun.Sandboxes).State);
        Assert.Equal("exports.handler = async () => 1", await engine.Answer(key));

        var report = await engine.Development.Change(key, session.Id, Change("index.js", "new"), default);

        Assert.Equal(new ReloadOutcome(begun.Sandboxes[0].Sandbox, ReloadState.Live, null), Assert.Single(report.Sandboxes));
        Assert.Equal("new", await engine.Answer(key));
        Assert.Equal(["init", "invoke", "reload [\"index.js\"]", "invoke"], Assert.Single(engine.Instances).Frames);
    }

    [Fact]
    public async Task What_the_code_fails_with_is_reported_and_the_sandbox_stays()
    {
        await using var engine = await Engine.Start(Read, driver => driver.OnReload = sandbox => sandbox.Send(11, """{"errorType":"E"}"""u8.ToArray()));
        var key = await engine.Create("f");
        var (session, _) = await engine.Development.Begin(key, null, default);
        var report = await engine.Development.Change(key, session.Id, Change("index.js", "wrong"), default);
        Assert.Equal((ReloadState.Live, """{"errorType":"E"}"""), (report.Sandboxes[0].State, report.Sandboxes[0].Failure));
        Assert.False(engine.Instances.Single().Exited.IsCompleted);
    }

    [Fact]
    public async Task A_sandbox_that_runs_an_invocation_loads_the_change_behind_it()
    {
        var time = new FakeTime();
        var release = new TaskCompletionSource();
        var loads = new TaskCompletionSource();
        await using var engine = await Engine.Start(
            (sandbox, _, _) => release.Task.ContinueWith(_ => sandbox.Respond("1")).Unwrap(),
            driver => driver.OnReload = sandbox => loads.Task.ContinueWith(_ => sandbox.Send(11, [])).Unwrap(), time);
        var key = await engine.Create("f", function => function with { Timeout = TimeSpan.FromMinutes(9) });
        var (session, _) = await engine.Development.Begin(key, null, default);
        var running = engine.Answer(key);
        await Eventually.True(() => engine.Instances.Single().Frames.Contains("invoke"), "it runs");

        var changing = engine.Development.Change(key, session.Id, Change("index.js", "new"), default).AsTask();
        await Eventually.True(() => { time.Advance(TimeSpan.FromSeconds(1)); return changing.IsCompleted; }, "it is said to be busy");
        Assert.Equal(ReloadState.Busy, (await changing).Sandboxes[0].State);
        release.SetResult();
        loads.SetResult();
        Assert.Equal("1", await running);
    }

    [Fact]
    public async Task Code_that_is_not_loaded_in_time_costs_the_sandbox_and_the_next_change_gets_another()
    {
        var time = new FakeTime();
        await using var engine = await Engine.Start(Read, driver => driver.OnReload = static _ => Task.CompletedTask, time);
        var key = await engine.Create("f");
        var (session, _) = await engine.Development.Begin(key, null, default);
        var changing = engine.Development.Change(key, session.Id, Change("index.js", "hangs"), default).AsTask();
        await Eventually.True(() => { time.Advance(TimeSpan.FromSeconds(1)); return changing.IsCompleted; }, "it is given up");
        Assert.Equal(ReloadState.Gone, (await changing).Sandboxes[0].State);
        await Eventually.True(() => engine.Instances.Single().Disposed, "the sandbox is gone");

        var next = await engine.Development.Change(key, session.Id, Change("index.js", "better"), default);
        Assert.Equal(ReloadState.New, Assert.Single(next.Sandboxes).State);
        Assert.Equal("better", await engine.Answer(key));
    }

    [Theory]
    [InlineData("package.json")]
    [InlineData("node_modules/p/build/p.node")]
    public async Task What_a_process_reads_only_once_gets_a_new_sandbox(string path)
    {
        await using var engine = await Engine.Start(Read);
        var key = await engine.Create("f");
        var (session, begun) = await engine.Development.Begin(key, null, default);
        var report = await engine.Development.Change(key, session.Id, Change(path, "{}"), default);
        Assert.Equal((path, ReloadState.New), (report.RestartedFor, report.Sandboxes.Single().State));
        Assert.NotEqual(begun.Sandboxes[0].Sandbox, report.Sandboxes[0].Sandbox);
        await engine.Answer(key);
        await Eventually.True(() => engine.Instances.Count(sandbox => !sandbox.Disposed) == 1, "the old one is gone");
    }

    [Fact]
    public async Task The_deployed_code_runs_again_when_the_session_ends_and_nothing_of_it_is_left()
    {
        await using var engine = await Engine.Start(Read);
        var key = await engine.Create("f");
        var (session, _) = await engine.Development.Begin(key, null, default);
        await engine.Development.Change(key, session.Id, Change("index.js", "new"), default);
        var folder = engine.Instances.Single().Code!.Task;
        engine.Development.End(key, session.Id);
        Assert.Equal("exports.handler = async () => 1", await engine.Answer(key));
        await Eventually.True(() => !Directory.Exists(folder), "the folder is gone");
        Assert.Equal("ResourceNotFoundException", (await Assert.ThrowsAsync<ApiError>(async () =>
            await engine.Development.Change(key, session.Id, Change("index.js", "late"), default))).Code);
    }

    [Fact]
    public async Task A_session_lasts_as_long_as_it_is_renewed()
    {
        var time = new FakeTime();
        await using var engine = await Engine.Start(Read, clock: time);
        var key = await engine.Create("f");
        var (session, _) = await engine.Development.Begin(key, null, default);
        for (var renewals = 0; renewals < 4; renewals++)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            engine.Development.Renew(key, session.Id);
        }
        await Eventually.True(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(5));
                return Record.Exception(() => engine.Development.Change(key, "another", Change("a", ""), default).AsTask().GetAwaiter().GetResult())
                    is ApiError { Code: "ResourceNotFoundException" };
            },
            "it has lapsed");
    }

    [Fact]
    public async Task A_session_does_not_lapse_while_its_sandbox_starts_or_loads_a_change()
    {
        var time = new FakeTime();
        var loads = new TaskCompletionSource();
        await using var engine = await Engine.Start(
            Read, driver => driver.OnReload = sandbox => loads.Task.ContinueWith(_ => sandbox.Send(11, [])).Unwrap(), time);
        var key = await engine.Create("f");
        var (session, _) = await engine.Development.Begin(key, null, default);
        var first = engine.Development.Change(key, session.Id, Change("index.js", "new"), default).AsTask();
        var waiting = engine.Development.Change(key, session.Id, Change("index.js", "newer"), default).AsTask();
        await Eventually.True(() => engine.Instances.Single().Frames.Any(frame => frame.StartsWith("reload", StringComparison.Ordinal)), "it loads");
        session.RenewedAt -= (Limits.Lease + TimeSpan.FromSeconds(1)).Ticks; // it takes so long
        engine.Development.Tidy();
        loads.SetResult();
        Assert.Equal(ReloadState.Live, (await first).Sandboxes.Single().State);
        Assert.Equal(ReloadState.Live, (await waiting).Sandboxes.Single().State);
        engine.Development.Tidy();
        engine.Development.Renew(key, session.Id);
    }

    [Fact]
    public async Task A_session_that_could_not_begin_is_none()
    {
        using var stop = new CancellationTokenSource();
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var engine = await Engine.Start(Read, driver => driver.OnInit = async sandbox =>
        {
            await stop.CancelAsync();
            await refused.Task;
            await sandbox.Send(2, []);
        });
        var key = await engine.Create("f");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await engine.Development.Begin(key, null, stop.Token));
        refused.SetResult();
        Assert.Equal("ResourceNotFoundException", Assert.Throws<ApiError>(() => engine.Development.Renew(key, "any")).Code); // not taken over
    }

    [Fact]
    public async Task A_later_session_takes_the_function_over_and_says_so()
    {
        await using var engine = await Engine.Start(Read);
        var key = await engine.Create("f");
        var (first, _) = await engine.Development.Begin(key, null, default);
        var (second, _) = await engine.Development.Begin(key, null, default);
        Assert.Equal("DevelopmentTakenOverException", Assert.Throws<ApiError>(() => engine.Development.Renew(key, first.Id)).Code);
        engine.Development.Renew(key, second.Id);
        Assert.Equal("exports.handler = async () => 1", await engine.Answer(key));
    }

    [Fact]
    public async Task Published_versions_and_other_functions_are_not_concerned()
    {
        await using var engine = await Engine.Start(Read);
        var (key, other) = (await engine.Create("f"), await engine.Create("g"));
        await engine.Answer(key);
        var version = await engine.Registry.Releases.Publish(key, null, null, null, default);
        var (session, _) = await engine.Development.Begin(key, null, default);
        await engine.Development.Change(key, session.Id, Change("index.js", "new"), default);
        Assert.Equal("exports.handler = async () => 1", await engine.Answer(other));
        var published = await engine.Invoker.Invoke(new(key, version.Version, Guid.NewGuid(), "{}"u8.ToArray()), default);
        Assert.Equal("exports.handler = async () => 1", Encoding.UTF8.GetString(Assert.IsType<InvokeOutcome.Answered>(published).Payload.Span));
    }

    [Fact]
    public async Task What_cannot_be_reloaded_is_refused()
    {
        await using var engine = await Engine.Start(Read);
        var shell = await engine.Create("s", function => function with { Runtime = "provided.al2023" });
        Assert.Equal("UnsupportedRuntimeException", (await Assert.ThrowsAsync<ApiError>(async () => await engine.Development.Begin(shell, null, default))).Code);
        var absent = new FunctionKey("000000000000", "us-east-1", "absent");
        Assert.Equal(404, (await Assert.ThrowsAsync<ApiError>(async () => await engine.Development.Begin(absent, null, default))).HttpStatus);
    }

    [Fact]
    public async Task An_inspected_function_has_one_instance_and_a_clock_that_stands_still_while_a_debugger_is_attached()
    {
        var time = new FakeTime();
        var release = new TaskCompletionSource();
        await using var engine = await Engine.Start((sandbox, _, _) => release.Task.ContinueWith(_ => sandbox.Respond("1")).Unwrap(), clock: time);
        var key = await engine.Create("f", function => function with { Timeout = TimeSpan.FromSeconds(3) });
        using var runtime = new TcpListener(IPAddress.Loopback, 9229); // where the fake sandbox's inspector is: the test's own loopback
        runtime.Start();
        var port = FreePort();
        await engine.Development.Begin(key, port, default);
        using var debugger = new TcpClient();
        await debugger.ConnectAsync(IPAddress.Loopback, port);
        await debugger.GetStream().WriteAsync("GET /id HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"u8.ToArray());
        using var inspector = await runtime.AcceptTcpClientAsync();
        Assert.Contains("debugger 1", engine.Instances.Single().Frames); // told before it was let in

        var running = new[] { engine.Invoke(key), engine.Invoke(key) };
        await Eventually.True(() => engine.Instances.Single().Frames.Contains("invoke"), "it runs");
        for (var second = 0; second < 20; second++)
            time.Advance(TimeSpan.FromSeconds(1));
        Assert.All(running, one => Assert.False(one.IsCompleted));
        Assert.Single(engine.Instances);

        debugger.Close();
        await Eventually.True(() => engine.Instances.Single().Frames.Contains("debugger 0"), "it is known to be gone");
        await Eventually.True(() => { time.Advance(TimeSpan.FromSeconds(1)); return running[0].IsCompleted; }, "the time-out strikes");
        Assert.Contains("Task timed out", Encoding.UTF8.GetString(Assert.IsType<InvokeOutcome.Answered>(await running[0]).Payload.Span), StringComparison.Ordinal);
        release.SetResult();
        await running[1];
    }

    static async Task Read(FakeSandbox sandbox, string requestId, byte[] payload) =>
        await sandbox.Send(4, await File.ReadAllBytesAsync(Path.Combine(sandbox.Code!.Task, "index.js")));

    static DevChange Change(string path, string text) => new([new(path, Encoding.UTF8.GetBytes(text))], []);

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
