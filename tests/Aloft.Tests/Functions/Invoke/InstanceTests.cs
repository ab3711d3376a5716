using System.Text;
using System.Text.Json;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Kernel;
using Aloft.Sandbox;

namespace Aloft.Tests.Functions.Invoke;

public sealed class InstanceTests
{
    [Fact]
    public async Task A_function_that_does_not_answer_is_ended_at_its_timeout()
    {
        var time = new FakeTime();
        await using var engine = await Engine.Start(static (_, _, _) => Task.CompletedTask, clock: time);
        var key = await engine.Create("f", function => function with { Timeout = TimeSpan.FromSeconds(2) });

        var running = engine.Invoke(key);
        await Eventually.True(() => engine.Logs.Lines.Contains("Start"), "the invocation started");
        Assert.False(running.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2.1));

        var answered = Assert.IsType<InvokeOutcome.Answered>(await running);
        var error = JsonDocument.Parse(answered.Payload).RootElement;
        Assert.Equal("Sandbox.Timedout", error.GetProperty("errorType").GetString());
        Assert.EndsWith("Error: Task timed out after 2.00 seconds", error.GetProperty("errorMessage").GetString());
        Assert.Contains(engine.Logs.Lines, line => line.EndsWith("Task timed out after 2.00 seconds", StringComparison.Ordinal));
        Assert.Equal("timeout", engine.Logs.Records.Single(record => record.Kind == PlatformRecordKind.Report).Status);
        await Eventually.True(() => engine.Instances.Single().Disposed, "the instance is gone");
    }

    [Theory]
    [InlineData("nodejs20.x", "sends what is no frame")]
    [InlineData("nodejs20.x", "hangs up")]
    [InlineData("nodejs20.x", "is deaf")]
    [InlineData("provided.al2023", "is deaf")]
    public async Task A_runtime_that_cannot_be_talked_to_while_it_loads_is_ended(string runtime, string what)
    {
        var time = new FakeTime();
        await using var engine = await Engine.Start(
            static (sandbox, _, _) => sandbox.Respond("1"),
            driver =>
            {
                if (what == "is deaf")
                    driver.OnCode = static sandbox => sandbox.Reset();
                driver.OnInit = async sandbox =>
                {
                    if (what == "hangs up")
                        sandbox.HangUp();
                    else
                        await sandbox.Send(99, []);
                };
            },
            time);
        var running = engine.Invoke(await engine.Create("f", function => function with { Runtime = runtime }));
        await Eventually.True(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                return running.IsCompleted;
            },
            "the start has failed");
        var error = JsonDocument.Parse(Assert.IsType<InvokeOutcome.Answered>(await running).Payload).RootElement;
        Assert.EndsWith("Error: Runtime exited with error: signal: killed", error.GetProperty("errorMessage").GetString());
    }

    /// <summary>A first answer is asked for: those who replace one that leaves before would do the same for ever.</summary>
    [Theory]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(false, false, false)]
    public async Task What_a_runtime_was_sent_as_it_left_runs_elsewhere_unless_it_has_begun(bool answersFirst, bool hasBegun, bool runsElsewhere)
    {
        var leavers = 1;
        await using var engine = await Engine.Start(async (sandbox, _, payload) =>
        {
            if (Encoding.UTF8.GetString(payload) == "\"last\"" && Interlocked.Decrement(ref leavers) == 0)
            {
                await sandbox.Send(13, [137, 0, 0, 0, (byte)(hasBegun ? 1 : 0)]);
                sandbox.Exit(new SandboxExit(137, null, false));
                return;
            }
            await sandbox.Respond("1");
        });
        var key = await engine.Create("f");
        if (answersFirst)
            await engine.Answer(key);

        var last = Assert.IsType<InvokeOutcome.Answered>(await engine.Invoke(key, "\"last\""));
        if (runsElsewhere)
            Assert.Null(last.FunctionError);
        else
            Assert.Contains("Error: Runtime exited with error: exit status 137", Encoding.UTF8.GetString(last.Payload.Span), StringComparison.Ordinal);
        Assert.Equal(runsElsewhere ? 2 : 1, engine.Instances.Count());
    }

    [Theory]
    [InlineData("""{"errorType":"Error","errorMessage":"\ud800","trace":[]}""")]
    [InlineData("""{"errorType":"\udc00\ud800","errorMessage":"\\ud800","trace":[]}""")]
    [InlineData("""{"\ud800":1,"errorType":"Error"}""")]
    public async Task An_error_that_holds_half_a_surrogate_pair_is_an_answer_as_any_other(string error)
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Error(error));
        var key = await engine.Create("f");
        for (var round = 0; round < 2; round++)
        {
            var answered = Assert.IsType<InvokeOutcome.Answered>(await engine.Invoke(key));
            Assert.Equal(("Unhandled", error), (answered.FunctionError, Encoding.UTF8.GetString(answered.Payload.Span)));
        }
    }

    [Fact]
    public async Task Fifteen_minutes_are_all_there_for_the_longest_timeout()
    {
        var time = new FakeTime();
        await using var engine = await Engine.Start(static (_, _, _) => Task.CompletedTask, clock: time);
        var key = await engine.Create("f", function => function with { Timeout = TimeSpan.FromSeconds(900) });

        var running = engine.Invoke(key);
        await Eventually.True(() => engine.Logs.Lines.Contains("Start"), "the invocation started");
        time.Advance(TimeSpan.FromSeconds(899.9));
        Assert.False(running.IsCompleted);
        Assert.False(engine.Instances.Single().Disposed);
        time.Advance(TimeSpan.FromSeconds(0.2));

        var answered = Assert.IsType<InvokeOutcome.Answered>(await running);
        Assert.EndsWith(
            "Error: Task timed out after 900.00 seconds", JsonDocument.Parse(answered.Payload).RootElement.GetProperty("errorMessage").GetString());
    }

    [Fact]
    public async Task The_report_carries_the_kernels_figures_of_this_invocation_alone()
    {
        await using var engine = await Engine.Start((sandbox, _, _) =>
        {
            sandbox.Figures = new(sandbox.Figures.CpuTime + TimeSpan.FromMilliseconds(7), 40 << 20);
            return sandbox.Respond("1");
        });
        var key = await engine.Create("f");
        await engine.Answer(key);
        await engine.Answer(key);

        var reports = engine.Logs.Records.Where(record => record.Kind == PlatformRecordKind.Report).ToList();
        Assert.Equal(2, reports.Count);
        Assert.All(reports, report => Assert.Equal(TimeSpan.FromMilliseconds(7), report.CpuTime));
        Assert.All(reports, report => Assert.Equal(40 << 20, report.PeakMemoryBytes));
        Assert.NotNull(reports[0].InitDuration);
        Assert.Null(reports[1].InitDuration);
    }

    [Fact]
    public async Task Log_lines_stand_between_start_and_end_in_their_order()
    {
        await using var engine = await Engine.Start(async (sandbox, _, _) =>
        {
            await sandbox.LogLine(DateTimeOffset.UnixEpoch, "one\ntwo");
            await sandbox.LogLine(DateTimeOffset.UnixEpoch, "three");
            await sandbox.Respond("1");
        });
        await engine.Answer(await engine.Create("f"));
        Assert.Equal(["Start", "one\ntwo", "three", "End", "Report"], engine.Logs.Lines.SkipWhile(line => line != "Start"));
    }

    [Fact]
    public async Task The_tail_is_the_end_of_this_invocations_log()
    {
        await using var engine = await Engine.Start(async (sandbox, _, _) =>
        {
            await sandbox.LogLine(DateTimeOffset.UnixEpoch, new string('x', 8000));
            await sandbox.LogLine(DateTimeOffset.UnixEpoch, "hello");
            await sandbox.Respond("1");
        });
        var answered = Assert.IsType<InvokeOutcome.Answered>(await engine.Invoke(await engine.Create("f"), tail: true));
        var tail = Encoding.UTF8.GetString(answered.Tail!);

        Assert.Equal(4096, answered.Tail!.Length);
        Assert.Contains("\nhello\nEND RequestId: ", tail);
        Assert.Contains("\nREPORT RequestId: ", tail);
    }

    [Fact]
    public async Task A_line_printed_without_its_line_feed_belongs_to_its_invocation()
    {
        await using var engine = await Engine.Start((sandbox, _, _) =>
        {
            sandbox.Output.Write("a\nb"u8);
            return sandbox.Respond("1");
        });
        await engine.Answer(await engine.Create("f"));
        Assert.Equal(["Start", "a", "b", "End", "Report"], engine.Logs.Lines.SkipWhile(line => line != "Start"));
    }

    [Fact]
    public async Task An_answer_over_the_limit_is_refused_and_the_instance_lives_on()
    {
        await using var engine = await Engine.Start((sandbox, _, payload) =>
            sandbox.Respond(payload.Length > 2 ? "1" : $"\"{new string('x', 6 * 1024 * 1024 + 200)}\""));
        var key = await engine.Create("f");
        var answered = Assert.IsType<InvokeOutcome.Answered>(await engine.Invoke(key));

        Assert.Equal("Function.ResponseSizeTooLarge", JsonDocument.Parse(answered.Payload).RootElement.GetProperty("errorType").GetString());
        Assert.Equal("1", await engine.Answer(key, "\"more\""));
        Assert.Single(engine.Instances);
    }

    [Fact]
    public async Task An_idle_instance_is_frozen_then_thawed_for_its_next_invocation_then_reaped()
    {
        var time = new FakeTime();
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond($"\"{sandbox.Frozen}\""), clock: time);
        var key = await engine.Create("f");
        await engine.Answer(key);
        var instance = engine.Instances.Single();

        await Tick(() => instance.Frozen, TimeSpan.FromMilliseconds(100));
        Assert.Equal("\"False\"", await engine.Answer(key));
        await Tick(() => instance.Disposed, TimeSpan.FromMinutes(1));

        Task Tick(Func<bool> until, TimeSpan step) => Eventually.True(() =>
        {
            time.Advance(step);
            return until();
        }, "the engine's job has seen to the idle instance");
    }

    [Fact]
    public async Task What_crosses_the_channel_may_be_as_large_as_aws_allows()
    {
        await using var engine = await Engine.Start((sandbox, _, payload) => sandbox.Respond($"{payload.Length}"));
        var payload = $"\"{new string('x', 6 * 1024 * 1024 - 2)}\"";
        Assert.Equal($"{payload.Length}", await engine.Answer(await engine.Create("f"), payload));
    }
}
