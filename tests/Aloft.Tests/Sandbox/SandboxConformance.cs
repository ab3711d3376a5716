using System.Net;
using System.Net.Sockets;
using Aloft.Sandbox;

namespace Aloft.Tests.Sandbox;

/// <summary>What every technology's sandboxes do alike.</summary>
public abstract class SandboxConformance(Lab lab)
{
    [SandboxFact]
    public async Task A_sandbox_boots_and_talks_on_its_channel()
    {
        await using var sandbox = await lab.Boot();
        Assert.Equal("42", await sandbox.Run("6 * 7"));
    }

    [SandboxFact]
    public async Task The_environment_is_what_was_given_and_nothing_of_the_hosts()
    {
        Environment.SetEnvironmentVariable("ALOFT_TEST_HOST_SECRET", "leaks");
        await using var sandbox = await lab.Boot();
        Assert.Equal("yes", await sandbox.Run("os.environ['GIVEN']"));
        Assert.Equal("None", await sandbox.Run("os.environ.get('ALOFT_TEST_HOST_SECRET')"));
        Assert.Equal("None", await sandbox.Run("os.environ.get('DOTNET_ROOT')"));
    }

    [SandboxFact]
    public async Task Only_the_four_given_descriptors_are_open()
    {
        await using var sandbox = await lab.Boot();
        var open = await sandbox.Run("""
            result = ''
            for fd in range(0, 256):
                try:
                    os.fstat(fd)
                    result += f' {fd}'
                except OSError:
                    pass
            """);
        Assert.Equal(" 0 1 2 3", open);
    }

    [SandboxFact]
    public async Task Code_appears_in_a_running_sandbox()
    {
        await using var sandbox = await lab.Boot();
        await sandbox.Run("'up'");
        var code = lab.NewCode("late");
        sandbox.Sandbox.ShowCode(code);
        Assert.Equal("late", await sandbox.Run($"open('{sandbox.Sandbox.PathOf("/var/task/code.txt")}').read()"));
    }

    [SandboxFact]
    public async Task Code_known_at_boot_is_there_and_so_is_a_layer()
    {
        var code = lab.NewCode("early") with { Opt = lab.NewCode("layer").Task };
        await using var sandbox = await lab.Boot(code: code);
        Assert.Equal("early", await sandbox.Run($"open('{sandbox.Sandbox.PathOf("/var/task/code.txt")}').read()"));
        Assert.Equal("layer", await sandbox.Run($"open('{sandbox.Sandbox.PathOf("/opt/code.txt")}').read()"));
    }

    [SandboxFact]
    public async Task Code_is_shown_once()
    {
        await using var sandbox = await lab.Boot(code: lab.NewCode("first"));
        Assert.Throws<InvalidOperationException>(() => sandbox.Sandbox.ShowCode(lab.NewCode("second")));
    }

    [SandboxFact]
    public async Task A_listener_is_reached_from_inside()
    {
        await using var sandbox = await lab.Boot();
        using var listener = sandbox.Sandbox.Listen(9001);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        await sandbox.Send($"s = socket.create_connection(('127.0.0.1', {port})); s.sendall(b'hello')");
        using var accepted = await listener.AcceptAsync().WaitAsync(TimeSpan.FromSeconds(10));
        var buffer = new byte[5];
        Assert.Equal(5, await accepted.ReceiveAsync(buffer));
        Assert.Equal("hello"u8.ToArray(), buffer);
    }

    [SandboxFact]
    public async Task A_listener_inside_is_reached_from_the_host()
    {
        await using var sandbox = await lab.Boot();
        var port = int.Parse(
            await sandbox.Run("listener = socket.create_server(('127.0.0.1', 0)); result = listener.getsockname()[1]"),
            System.Globalization.CultureInfo.InvariantCulture);
        using var connection = await sandbox.Sandbox.Connect(port, CancellationToken.None);
        await connection.SendAsync("hello"u8.ToArray());
        Assert.Equal("b'hello'", await sandbox.Run("peer = listener.accept()[0]; peer.settimeout(10); result = peer.recv(5)"));
        await sandbox.Run("peer.sendall(b'back'); peer.close()");
        var buffer = new byte[4];
        Assert.Equal(4, await connection.ReceiveAsync(buffer));
        Assert.Equal("back"u8.ToArray(), buffer);
    }

    [SandboxFact]
    public async Task A_connection_to_nobody_is_refused_and_one_into_an_ended_sandbox_too()
    {
        await using var sandbox = await lab.Boot();
        var port = int.Parse(
            await sandbox.Run("gone = socket.create_server(('127.0.0.1', 0)); result = gone.getsockname()[1]; gone.close()"),
            System.Globalization.CultureInfo.InvariantCulture);
        await Assert.ThrowsAsync<SocketException>(async () => await sandbox.Sandbox.Connect(port, CancellationToken.None));
        sandbox.Sandbox.Kill();
        await sandbox.Exited();
        await Assert.ThrowsAsync<SandboxException>(async () => await sandbox.Sandbox.Connect(port, CancellationToken.None));
    }

    [SandboxFact]
    public async Task A_frozen_sandbox_uses_no_cpu_and_goes_on_when_thawed()
    {
        await using var sandbox = await lab.Boot();
        await sandbox.Run("threading.Thread(target=lambda: [None for _ in iter(int, 1)], daemon=True).start()");
        sandbox.Sandbox.Freeze();
        var frozen = sandbox.Sandbox.Usage().CpuTime;
        await Task.Delay(100);
        Assert.InRange((sandbox.Sandbox.Usage().CpuTime - frozen).TotalMilliseconds, 0, 20);
        sandbox.Sandbox.Thaw();
        Assert.Equal("here", await sandbox.Run("'here'"));
        Assert.True(sandbox.Sandbox.Usage().CpuTime > frozen);
    }

    [SandboxFact]
    public async Task Cpu_time_is_what_the_program_used()
    {
        await using var sandbox = await lab.Boot();
        await sandbox.Run("1");
        var before = sandbox.Sandbox.Usage().CpuTime;
        var burnt = await sandbox.Run("""
            start = time.process_time()
            while time.process_time() - start < 0.5: pass
            result = time.process_time() - start
            """);
        var counted = (sandbox.Sandbox.Usage().CpuTime - before).TotalSeconds;
        var used = double.Parse(burnt, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(counted, used * CpuTolerance.Least, used * CpuTolerance.Most);
    }

    /// <summary>The program counts itself, the control group all of it: the start and end of the request, too.</summary>
    protected virtual (double Least, double Most) CpuTolerance => (0.95, 1.15);

    /// <summary>gVisor's own threads run a program: of those only the first is looked at, which sleeps.</summary>
    protected virtual bool TellsRunnable => true;

    [SandboxFact]
    public async Task A_program_that_has_work_for_a_processor_is_told_from_one_that_waits()
    {
        await using var sandbox = await lab.Boot();
        await sandbox.Run("1");
        await Eventually.True(() => !sandbox.Sandbox.IsRunnable(), "it waits for its next request");
        if (!TellsRunnable)
            return;
        var busy = sandbox.Run("""
            start = time.process_time()
            while time.process_time() - start < 0.5: pass
            result = 1
            """);
        await Eventually.True(() => sandbox.Sandbox.IsRunnable(), "it computes");
        await busy;
    }

    [SandboxFact]
    public async Task Peak_memory_is_what_the_program_held()
    {
        const long held = 64 << 20;
        await using var sandbox = await lab.Boot();
        await sandbox.Run("1");
        sandbox.Sandbox.ResetPeak();
        var before = sandbox.Sandbox.Usage().PeakMemoryBytes;
        await sandbox.Run($"block = bytearray({held}); del block; result = 1");
        var grown = sandbox.Sandbox.Usage().PeakMemoryBytes - before;
        Assert.InRange(grown, held * 95 / 100, held * 115 / 100);
    }

    [SandboxFact]
    public async Task Limits_change_while_a_sandbox_runs()
    {
        if (!LimitsAreEnforced) return;
        await using var raised = await lab.Boot(Lab.Limits with { MemoryBytes = 128 << 20 });
        await using var lowered = await lab.Boot(Lab.Limits with { MemoryBytes = 1 << 30 });
        await raised.Run("1");
        raised.Sandbox.SetLimits(Lab.Limits with { MemoryBytes = 512 << 20 });
        Assert.Equal("ok", await raised.Run($"block = b'x' * {300 << 20}; result = 'ok'"));
        await lowered.Run("1");
        lowered.Sandbox.SetLimits(Lab.Limits with { MemoryBytes = 128 << 20 });
        await lowered.Send($"block = b'x' * {400 << 20}");
        Assert.True((await lowered.Exited()).OutOfMemory);
    }

    /// <summary>A user without control groups has no limits, and is told so.</summary>
    private bool LimitsAreEnforced => !lab.Driver.Description.Contains("not enforced", StringComparison.Ordinal);

    [SandboxFact]
    public async Task The_memory_limit_ends_a_sandbox_as_out_of_memory()
    {
        if (!LimitsAreEnforced) return;
        await using var sandbox = await lab.Boot();
        await sandbox.Run("1");
        await sandbox.Send($"block = b'x' * {600 << 20}");
        var exit = await sandbox.Exited();
        Assert.True(exit.OutOfMemory, $"{exit} {sandbox.Output}");
    }

    [SandboxFact]
    public async Task A_fork_bomb_is_bounded_and_ends_with_its_sandbox()
    {
        if (!LimitsAreEnforced) return;
        await using var bomb = await lab.Boot();
        await using var neighbour = await lab.Boot();
        await bomb.Run("result = subprocess.Popen(['/bin/sh', '-c', 'b() { b | b & }; b'], stderr=subprocess.DEVNULL) and 1");
        Assert.Equal("2", await neighbour.Run("1 + 1"));
        bomb.Sandbox.Kill();
        await bomb.Exited();
        Assert.Equal("4", await neighbour.Run("2 + 2"));
    }

    [SandboxFact]
    public async Task An_exit_code_is_told()
    {
        await using var sandbox = await lab.Boot();
        await sandbox.Send("os._exit(7)");
        var exit = await sandbox.Exited();
        Assert.Equal((7, null, false), (exit.ExitCode, exit.Signal, exit.OutOfMemory));
    }

    [SandboxFact]
    public async Task Being_killed_is_told()
    {
        await using var sandbox = await lab.Boot();
        await sandbox.Run("1");
        sandbox.Sandbox.Kill();
        Assert.Equal(new SandboxExit(null, 9, false), await sandbox.Exited());
    }

    [SandboxFact]
    public async Task Output_and_errors_keep_their_order_and_are_all_there_when_drained()
    {
        await using var sandbox = await lab.Boot();
        await sandbox.Run("for i in range(2000): os.write(1 + i % 2, f'{i}\\n'.encode())");
        sandbox.Sandbox.DrainOutput();
        Assert.Equal(string.Concat(Enumerable.Range(0, 2000).Select(i => $"{i}\n")), sandbox.Output);
    }

    [SandboxFact]
    public async Task Last_words_are_there_when_the_end_is_told()
    {
        await using var sandbox = await lab.Boot();
        await sandbox.Send("os.write(2, b'farewell'); os._exit(1)");
        await sandbox.Exited();
        Assert.EndsWith("farewell", sandbox.Output, StringComparison.Ordinal);
    }

    [SandboxFact]
    public async Task A_shell_may_open_its_standard_error_anew()
    {
        await using var sandbox = await lab.Boot();
        await sandbox.Run("subprocess.run(['/bin/sh', '-c', 'echo anew > /dev/stderr'], check=True)");
        sandbox.Sandbox.DrainOutput();
        Assert.Equal("anew\n", sandbox.Output);
    }

    [SandboxFact]
    public async Task A_flood_of_output_stops_no_neighbour()
    {
        await using var flood = await lab.Boot();
        await using var neighbour = await lab.Boot();
        await flood.Run("result = subprocess.Popen(['/usr/bin/yes']) and 1");
        await neighbour.Run("print('calm')");
        neighbour.Sandbox.DrainOutput();
        flood.Sandbox.DrainOutput();
        Assert.Equal("calm\n", neighbour.Output);
        Assert.StartsWith("y\n", flood.Output, StringComparison.Ordinal);
        flood.Sandbox.Kill();
        await flood.Exited();
    }

    [SandboxFact]
    public async Task What_listens_in_a_sandbox_ends_with_it()
    {
        System.Net.Sockets.Socket listener;
        await using (var sandbox = await lab.Boot())
            listener = sandbox.Sandbox.Listen(4567);
        Assert.Throws<ObjectDisposedException>(() => listener.Listen());
    }

    [SandboxFact]
    public async Task Temporary_files_are_the_sandboxs_own()
    {
        await using var writer = await lab.Boot();
        await using var other = await lab.Boot();
        await writer.Run($"open('{writer.Sandbox.PathOf("/tmp/mine")}', 'w').write('secret')");
        Assert.Equal("False", await other.Run($"os.path.exists('{other.Sandbox.PathOf("/tmp/mine")}')"));
    }

    [SandboxFact]
    public async Task A_command_that_does_not_exist_fails_to_boot_and_leaves_nothing()
    {
        var before = Traces.Of(lab);
        var failure = await Assert.ThrowsAsync<SandboxException>(async () =>
        {
            await using var sandbox = await TestSandbox.Boot(
                lab.Driver, lab.NewId(), lab.RuntimeFolder, Lab.Limits, command: ["/usr/bin/no-such-program"]);
        });
        Assert.Contains("no-such-program", failure.Message, StringComparison.Ordinal);
        await Traces.AreNoMoreThan(before, lab);
    }

    [SandboxFact]
    public async Task Disposal_leaves_nothing_wherever_death_came()
    {
        var before = Traces.Of(lab);
        foreach (var stage in (string[])["boot", "standby", "shown", "frozen", "ended"])
        {
            await using var sandbox = await lab.Boot();
            if (stage != "boot") await sandbox.Run("result = subprocess.Popen(['/usr/bin/setsid', '/bin/sleep', '1000']) and 1");
            if (stage is "shown" or "frozen") sandbox.Sandbox.ShowCode(lab.NewCode("code"));
            if (stage == "frozen") sandbox.Sandbox.Freeze();
            if (stage != "ended") continue;
            await sandbox.Send("os._exit(0)");
            await sandbox.Exited();
        }
        await Traces.AreNoMoreThan(before, lab);
    }

    [SandboxFact]
    public async Task What_a_program_left_behind_ends_with_it_however_far_it_went()
    {
        string[] ways =
        [
            "nohup /bin/sleep {0} > /dev/null 2>&1 &",
            "(setsid /bin/sh -c '/bin/sleep {0} &' &)",
            "(trap '' HUP TERM INT; exec setsid /bin/sleep {0}) &",
            // Without control groups the mark in its environment is all that tells whose such a process is.
            .. LimitsAreEnforced ? ["env -i setsid /bin/sh -c '/bin/sleep {0} &'"] : Array.Empty<string>(),
        ];
        foreach (var last in (string[])["sandbox", "program"])
        {
            var seconds = $"1000.{Random.Shared.Next()}";
            await using (var sandbox = await lab.Boot())
            {
                foreach (var way in ways) await sandbox.Run($"subprocess.run({Python(string.Format(null, way, seconds))}, shell=True, check=True)");
                Assert.Equal("True", await sandbox.Run($"""
                    import glob
                    def command(path):
                        try:
                            return open(path, 'rb').read()
                        except OSError:
                            return b''
                    for _ in range(1000):
                        count = sum(command(path) == b'/bin/sleep\x00{seconds}\x00' for path in glob.glob('/proc/[0-9]*/cmdline'))
                        if count == {ways.Length}: break
                        time.sleep(0.01)
                    result = count == {ways.Length} or count
                    """));
                if (last == "sandbox") continue;
                await sandbox.Send("os._exit(0)");
                await sandbox.Exited();
            }
            Assert.DoesNotContain(Directory.GetDirectories("/proc"), folder => Traces.Read($"{folder}/cmdline").Contains(seconds, StringComparison.Ordinal));
        }
    }

    private static string Python(string text) => System.Text.Json.JsonSerializer.Serialize(text);

    [SandboxFact]
    public async Task Ten_sandboxes_boot_and_end_at_once()
    {
        var before = Traces.Of(lab);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(async number =>
        {
            await using var sandbox = await lab.Boot();
            Assert.Equal($"{number}", await sandbox.Run($"{number}"));
        }));
        await Traces.AreNoMoreThan(before, lab);
    }
}

[Collection("sandboxes")]
[OnIsolation(Isolation.Process)]
public sealed class ProcessConformance(ProcessLab lab) : SandboxConformance(lab), IClassFixture<ProcessLab>;

[Collection("sandboxes")]
[OnIsolation(Isolation.Container)]
public sealed class ContainerConformance(ContainerLab lab) : SandboxConformance(lab), IClassFixture<ContainerLab>;

[Collection("sandboxes")]
[OnIsolation(Isolation.Gvisor)]
public sealed class GvisorConformance(GvisorLab lab) : SandboxConformance(lab), IClassFixture<GvisorLab>
{
    /// <summary>A clock of gVisor's own ticks in steps that it may be waiting in, and its kernel's work counts as well.</summary>
    protected override (double Least, double Most) CpuTolerance => (0.4, 2);

    protected override bool TellsRunnable => false;
}
