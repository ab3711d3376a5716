using System.Text.Json;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Kernel;
using Aloft.Tests.Functions.Invoke;

namespace Aloft.Tests.Functions.Extensions;

/// <summary>What becomes of an instance and its invocations as its extensions come, work, fail and hang.</summary>
public sealed class ExtensionLifeTests
{
    static Task Respond(FakeSandbox sandbox, string requestId, byte[] payload) => sandbox.Respond("1");

    static JsonElement Error(InvokeOutcome outcome)
    {
        var answered = Assert.IsType<InvokeOutcome.Answered>(outcome);
        Assert.Equal("Unhandled", answered.FunctionError);
        return JsonDocument.Parse(answered.Payload).RootElement;
    }

    static string[] Types(FakeExtension extension) => [.. extension.Events.Select(static told => told.GetProperty("eventType").GetString()!)];

    [Fact]
    public async Task An_extension_hears_of_each_invocation_and_of_the_end()
    {
        await using var bed = await ExtensionBed.Start(Respond, static (_, extension) => extension.Obey());
        var key = await bed.Create("f", ["one", "two"]);
        Assert.Equal("1", await bed.Engine.Answer(key));
        await Eventually.True(() => bed.Engine.Logs.Lines.Contains("Report"), "the first is over"); // else it takes a second instance
        Assert.Equal("1", await bed.Engine.Answer(key));
        await Eventually.True(() => bed.Extensions.All(static one => one.Events.Count == 2), "both heard of both");
        var told = bed.Extensions.First().Events.First();
        Assert.Equal(key.Text, told.GetProperty("invokedFunctionArn").GetString());
        Assert.Contains("EXTENSION\tName: one\tState: Ready\tEvents: [INVOKE, SHUTDOWN]", bed.Engine.Logs.Lines);
        Assert.DoesNotContain("_HANDLER", bed.Extensions.First().Environment.Keys);

        await bed.Engine.Registry.Delete(key, CancellationToken.None);
        await Eventually.True(() => bed.Extensions.All(static one => one.Exited.IsCompletedSuccessfully), "both have ended");
        Assert.All(bed.Extensions, static one => Assert.Equal(["INVOKE", "INVOKE", "SHUTDOWN"], Types(one)));
        Assert.Equal("spindown", bed.Extensions.First().Events.Last().GetProperty("shutdownReason").GetString());
    }

    [Fact]
    public async Task The_caller_has_its_answer_before_the_extension_is_done_and_the_instance_waits()
    {
        var working = new TaskCompletionSource();
        await using var bed = await ExtensionBed.Start(Respond, async (_, extension) =>
        {
            await extension.Register("""["INVOKE"]""");
            await extension.Next();
            await working.Task;
            await extension.Next();
            await extension.Next();
        });
        var key = await bed.Create("f", ["slow"]);
        Assert.Equal("1", await bed.Engine.Answer(key));
        Assert.DoesNotContain("Report", bed.Engine.Logs.Lines);
        var withTail = bed.Engine.Invoke(key, tail: true);
        working.SetResult();
        await Eventually.True(() => bed.Engine.Logs.Lines.Contains("Report"), "the first is over");
        var answered = Assert.IsType<InvokeOutcome.Answered>(await withTail);
        Assert.Contains("REPORT RequestId", System.Text.Encoding.UTF8.GetString(answered.Tail!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_extension_that_hangs_in_an_invocation_meets_the_functions_timeout()
    {
        var time = new FakeTime();
        await using var bed = await ExtensionBed.Start(
            Respond,
            static async (_, extension) =>
            {
                await extension.Register("""["INVOKE", "SHUTDOWN"]""");
                await extension.Next(); // and never again
            },
            time);
        var key = await bed.Create("f", ["hung"], timeoutSeconds: 2);
        Assert.Equal("1", await bed.Engine.Answer(key));
        time.Advance(TimeSpan.FromSeconds(2.1));
        await Eventually.True(
            () => bed.Engine.Logs.Lines.Any(static line => line.EndsWith("Task timed out after 2.00 seconds", StringComparison.Ordinal)), "it timed out");
        Assert.Equal("timeout", bed.Engine.Logs.Records.Single(static record => record.Kind == PlatformRecordKind.Report).Status);
        var answer = bed.Engine.Invoke(key); // by another instance, while the first has its time to end
        Assert.IsType<InvokeOutcome.Answered>(await answer);
        Assert.Equal(2, bed.Extensions.Count);
        await Eventually.True(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(500));
                return bed.Engine.Driver.Booted.Any(static sandbox => sandbox is { Spec.Code: not null, Disposed: true });
            },
            "the first is gone");
    }

    [Theory]
    [InlineData("at once")]
    [InlineData("registered")]
    public async Task An_extension_that_ends_in_init_fails_the_invocation_and_nothing_else(string when)
    {
        await using var bed = await ExtensionBed.Start(Respond, async (name, extension) =>
        {
            if (name == "good")
                await extension.Obey();
            if (when == "registered")
                await extension.Register("[]");
            extension.Exit(new(3, null, false));
        });
        var key = await bed.Create("f", ["bad", "good"]);
        var error = Error(await bed.Engine.Invoke(key));
        Assert.Equal("Extension.Crash", error.GetProperty("errorType").GetString());
        Assert.EndsWith("Error: extension bad: exit status 3", error.GetProperty("errorMessage").GetString());
        Assert.Single(bed.Engine.Logs.Lines, static line => line.StartsWith("EXTENSION\tName: bad\tState: Exited", StringComparison.Ordinal));
        Assert.Equal("1", await bed.Engine.Answer(await bed.Engine.Create("other")));
        await Eventually.True(() => bed.Engine.Driver.Booted.First(one => one.Spec.Code is not null).Disposed, "the sandbox is gone");
    }

    [Fact]
    public async Task Of_more_extensions_than_may_register_none_is_run()
    {
        await using var bed = await ExtensionBed.Start(Respond, static (_, extension) => extension.Obey());
        var error = Error(await bed.Engine.Invoke(await bed.Create("f", [.. Enumerable.Range(10, 11).Select(static i => $"e{i}")])));
        Assert.Equal("Extension.LaunchError", error.GetProperty("errorType").GetString());
        Assert.EndsWith("extension e20: Extension limit (10) reached", error.GetProperty("errorMessage").GetString());
        Assert.Empty(bed.Extensions);
        Assert.Equal("1", await bed.Engine.Answer(await bed.Create("ten", [.. Enumerable.Range(10, 10).Select(static i => $"e{i}")])));
    }

    [Fact]
    public async Task When_one_fails_before_the_function_runs_the_others_are_told_and_end_by_themselves()
    {
        var registered = new TaskCompletionSource();
        await using var bed = await ExtensionBed.Start(Respond, async (name, extension) =>
        {
            if (name == "good")
            {
                await extension.Register("""["SHUTDOWN"]""");
                registered.SetResult();
                await extension.Next();
                extension.Exit(new(0, null, false));
                return;
            }
            await registered.Task;
            extension.Exit(new(3, null, false));
        });
        Error(await bed.Engine.Invoke(await bed.Create("f", ["bad", "good"])));
        var good = bed.Extensions.Single(static one => one.Name == "good");
        Assert.Equal(0, (await good.Exited).ExitCode);
        Assert.Equal("failure", good.Events.Single().GetProperty("shutdownReason").GetString());
    }

    [Fact]
    public async Task When_one_fails_those_that_are_being_started_are_waited_for()
    {
        await using var bed = await ExtensionBed.Start(Respond, static (_, extension) =>
        {
            extension.Exit(new(3, null, false));
            return Task.CompletedTask;
        });
        var launch = bed.Engine.Driver.OnLaunch;
        bed.Engine.Driver.OnLaunch = async (sandbox, spec, output, stop) =>
        {
            if (!spec.Command[0].EndsWith("/slow", StringComparison.Ordinal))
                return await launch(sandbox, spec, output, stop);
            var given = new TaskCompletionSource();
            await using var up = stop.Register(given.SetResult);
            await Task.WhenAny(given.Task, sandbox.Exited);
            throw stop.IsCancellationRequested ? new OperationCanceledException(stop) : new Aloft.Sandbox.SandboxException("It has ended.");
        };
        var error = Error(await bed.Engine.Invoke(await bed.Create("f", ["bad", "slow"])));
        Assert.Equal("Extension.Crash", error.GetProperty("errorType").GetString());
        await Eventually.True(() => bed.Engine.Driver.Booted.First(one => one.Spec.Code is not null).Disposed, "the sandbox is gone");
        Assert.DoesNotContain(bed.Engine.Logs.Lines, static line => line.Contains("LaunchError", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("init", "Extension.InitError")]
    [InlineData("exit", "Extension.ExitError")]
    public async Task An_extension_says_itself_that_it_failed(string phase, string errorType)
    {
        await using var bed = await ExtensionBed.Start(Respond, async (_, extension) =>
        {
            await extension.Register("""["INVOKE"]""");
            await extension.Report(phase, "My.Reason");
        });
        var error = Error(await bed.Engine.Invoke(await bed.Create("f", ["one"])));
        Assert.Equal(errorType, error.GetProperty("errorType").GetString());
        Assert.Contains("My.Reason", error.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_extension_that_ends_in_an_invocation_fails_it_and_the_next_one_has_a_new_instance()
    {
        var (events, extensions) = (0, 0);
        await using var bed = await ExtensionBed.Start(
            async (sandbox, _, _) =>
            {
                if (Interlocked.Increment(ref events) > 1)
                    await sandbox.Respond("1");
            },
            async (_, extension) =>
            {
                if (Interlocked.Increment(ref extensions) > 1)
                {
                    await extension.Obey();
                    return;
                }
                await extension.Register("""["INVOKE"]""");
                await extension.Next();
                extension.Exit(new(null, 11, false));
            });
        var key = await bed.Create("f", ["one"]);
        var error = Error(await bed.Engine.Invoke(key));
        Assert.EndsWith("Error: extension one: signal: segmentation fault", error.GetProperty("errorMessage").GetString());
        Assert.Equal("1", await bed.Engine.Answer(key));
    }

    [Fact]
    public async Task An_extension_that_ends_while_idle_harms_no_invocation()
    {
        await using var bed = await ExtensionBed.Start(Respond, static (_, extension) => extension.Obey());
        var key = await bed.Create("f", ["one"]);
        Assert.Equal("1", await bed.Engine.Answer(key));
        await Eventually.True(() => bed.Engine.Logs.Lines.Contains("Report"), "it is over");
        bed.Extensions.Single().Exit(new(1, null, false));
        await Eventually.True(() => bed.Engine.Logs.Lines.Any(static line => line.Contains("State: Exited", StringComparison.Ordinal)), "it is told");
        Assert.Equal("1", await bed.Engine.Answer(key));
        Assert.Equal(2, bed.Extensions.Count);
    }

    [Fact]
    public async Task An_extension_that_never_registers_holds_the_start_up_to_the_functions_timeout_and_nobody_else()
    {
        var time = new FakeTime();
        await using var bed = await ExtensionBed.Start(Respond, static (_, _) => Task.CompletedTask, time);
        var key = await bed.Create("f", ["silent"], timeoutSeconds: 2);
        var running = bed.Engine.Invoke(key);
        Assert.Equal("1", await bed.Engine.Answer(await bed.Engine.Create("other")));
        await Eventually.True(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return running.IsCompleted;
            },
            "the start was given up");
        Assert.Equal("Sandbox.Timedout", Error(await running).GetProperty("errorType").GetString());
        Assert.Contains(bed.Engine.Logs.Lines, static line => line.StartsWith("EXTENSION\tName: silent\tState: Started", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_internal_extension_registers_while_the_function_loads()
    {
        var statuses = new List<string>();
        FakeExtension? mine = null;
        await using var bed = await ExtensionBed.Start(Respond, static (_, _) => Task.CompletedTask);
        bed.Engine.Driver.OnInit = async sandbox =>
        {
            mine = new FakeExtension(sandbox, sandbox.Output, new(["inside"], new Dictionary<string, string>()));
            statuses.Add((await mine.Register("""["SHUTDOWN"]""")).Body.GetProperty("errorType").GetString()!);
            statuses.Add((await mine.Register("""["INVOKE"]""")).Status.ToString());
            _ = Task.Run(async () =>
            {
                await mine.Next();
                await mine.Next();
            }).ContinueWith(failed => statuses.Add($"{failed.Exception}"), TaskContinuationOptions.OnlyOnFaulted);
            await sandbox.Send(2, []);
        };
        var key = await bed.Engine.Create("f");
        Assert.Equal("1", await bed.Engine.Answer(key));
        Assert.Equal(["Extension.InvalidEventType", "OK"], statuses);
        await Eventually.True(() => !mine!.Events.IsEmpty, "it heard of the invocation");
        Assert.Equal("Extension.RegistrationClosed", (await mine!.Register("[]", "late")).Body.GetProperty("errorType").GetString());
        mine.Dispose();
    }
}
