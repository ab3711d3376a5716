using Aloft.Sandbox;

namespace Aloft.Tests.Sandbox;

/// <summary>Further programs in a running sandbox, with every technology. That they are held as the first is: <see cref="SandboxEscapes"/>.</summary>
public abstract class LaunchConformance(Lab lab)
{
    [SandboxFact]
    public async Task A_further_program_has_channel_environment_and_output_of_its_own()
    {
        await using var sandbox = await lab.Boot();
        var (further, process) = await sandbox.Launch();
        Assert.Equal("further", await further.Run("os.environ['GIVEN']"));
        Assert.Equal("None", await further.Run("os.environ.get('ALOFT_TEST_HOST_SECRET')"));
        await further.Run("print('said by the further one')");
        process.DrainOutput();
        Assert.Equal("said by the further one\n", further.Output);
        Assert.DoesNotContain("further", sandbox.Output, StringComparison.Ordinal);
        Assert.Equal("42", await sandbox.Run("6 * 7"));
    }

    [SandboxFact]
    public async Task The_end_of_a_further_program_is_told_and_is_not_the_sandboxs()
    {
        await using var sandbox = await lab.Boot();
        var (further, process) = await sandbox.Launch();
        await further.Send("os.write(2, b'farewell'); os._exit(7)");
        var exit = await process.Exited.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((7, null), (exit.ExitCode, exit.Signal));
        Assert.Equal("farewell", further.Output);
        Assert.Equal("42", await sandbox.Run("6 * 7"));
    }

    [SandboxFact]
    public async Task A_further_program_can_be_asked_to_end()
    {
        await using var sandbox = await lab.Boot();
        var (further, process) = await sandbox.Launch();
        await further.Run("signal.signal(signal.SIGTERM, lambda *_: os._exit(5))");
        process.Terminate();
        Assert.Equal(5, (await process.Exited.WaitAsync(TimeSpan.FromSeconds(30))).ExitCode);
        await sandbox.Run("signal.signal(signal.SIGTERM, lambda *_: os._exit(6))");
        sandbox.Sandbox.Terminate();
        Assert.Equal(6, (await sandbox.Exited()).ExitCode);
    }

    [SandboxFact]
    public async Task A_further_program_ends_with_its_sandbox_and_leaves_nothing()
    {
        var before = Traces.Of(lab);
        ISandboxProcess process;
        await using (var sandbox = await lab.Boot())
        {
            (var further, process) = await sandbox.Launch();
            await further.Run("result = subprocess.Popen(['/usr/bin/setsid', '/bin/sleep', '1000']) and 1");
        }
        Assert.True(process.Exited.IsCompleted);
        await Traces.AreNoMoreThan(before, lab);
    }

    [SandboxFact]
    public async Task A_further_program_that_is_being_started_when_its_sandbox_is_removed_leaves_nothing()
    {
        var before = Traces.Of(lab);
        var sandbox = await lab.Boot();
        await sandbox.Run("1");
        var spec = new LaunchSpec(["/bin/sleep", "1000"], new Dictionary<string, string> { ["GIVEN"] = "yes" });
        var launches = Enumerable.Range(0, 4)
            .Select(_ => Task.Run(async () => await sandbox.Sandbox.Launch(spec, new Nowhere(), CancellationToken.None))).ToList();
        await Task.WhenAny(launches); // the others may be anywhere
        await sandbox.DisposeAsync();
        foreach (var launch in launches)
        {
            try
            {
                await (await launch.WaitAsync(TimeSpan.FromSeconds(30))).Exited.WaitAsync(TimeSpan.FromSeconds(30));
            }
            catch (SandboxException)
            {
                // It came too late to be started.
            }
        }
        await Traces.AreNoMoreThan(before, lab);
    }

    [SandboxFact]
    public async Task A_further_program_shares_limits_and_network()
    {
        await using var sandbox = await lab.Boot();
        var (further, process) = await sandbox.Launch();
        var port = await sandbox.Run("listener = socket.create_server(('127.0.0.1', 0)); result = listener.getsockname()[1]");
        await further.Run($"socket.create_connection(('127.0.0.1', {port})).close()");
        if (lab.Driver.Description.Contains("not enforced", StringComparison.Ordinal)) return;
        await further.Send($"block = b'x' * {600 << 20}");
        Assert.True((await process.Exited.WaitAsync(TimeSpan.FromSeconds(30))).OutOfMemory);
    }

    [SandboxFact]
    public async Task A_further_program_starts_in_the_folder_that_it_is_given()
    {
        await using var sandbox = await lab.Boot(code: lab.NewCode("code"));
        await sandbox.Run("1");
        var (further, _) = await sandbox.Launch(folder: "/var/task");
        Assert.Equal("code", await further.Run("open('code.txt').read()"));
    }

    [SandboxFact]
    public async Task A_further_program_that_does_not_exist_is_told()
    {
        await using var sandbox = await lab.Boot();
        await sandbox.Run("1");
        var failure = await Assert.ThrowsAsync<SandboxException>(async () => await sandbox.Sandbox.Launch(
            new(["/opt/no-such-program"], new Dictionary<string, string>()), new Nowhere(), CancellationToken.None));
        Assert.Contains("no-such-program", failure.Message, StringComparison.Ordinal);
        Assert.Equal("42", await sandbox.Run("6 * 7"));
    }

    private sealed class Nowhere : IOutputSink
    {
        public void Write(ReadOnlySpan<byte> bytes)
        {
        }
    }
}

[Collection("sandboxes")]
[OnIsolation(Isolation.Process)]
public sealed class ProcessLaunchConformance(ProcessLab lab) : LaunchConformance(lab), IClassFixture<ProcessLab>;

[Collection("sandboxes")]
[OnIsolation(Isolation.Container)]
public sealed class ContainerLaunchConformance(ContainerLab lab) : LaunchConformance(lab), IClassFixture<ContainerLab>;

[Collection("sandboxes")]
[OnIsolation(Isolation.Gvisor)]
public sealed class GvisorLaunchConformance(GvisorLab lab) : LaunchConformance(lab), IClassFixture<GvisorLab>;
