using Aloft.Sandbox.Containers;
using Aloft.Sandbox.Groups;
using Aloft.Sandbox.Loop;
using Aloft.Sandbox.Native;

namespace Aloft.Sandbox.Gvisor;

/// <summary>
/// Containers by runsc: every system call of a function is answered by a kernel in user space (the Sentry), which itself may make few
/// calls of the host's. https://gvisor.dev/docs/architecture_guide/security/
/// </summary>
public sealed class GvisorDriver : ISandboxDriver
{
    /// <summary>
    /// In the order of preference: systrap replaced ptrace in 2023. Not kvm: inside a virtual machine it is the slower one, and may hang.
    /// https://gvisor.dev/docs/architecture_guide/platforms/
    /// </summary>
    private static readonly string[] Platforms = ["systrap", "ptrace"];

    private static readonly string[] Locks = ["CapEff: 0000000000000000", "CapBnd: 0000000000000000"];

    /// <summary>The Sentry and its gofer: measured 25-45 MiB and some tens of threads.</summary>
    private static readonly (long, int) Overhead = (96L << 20, 256);

    private static readonly Dictionary<string, string> RuntimeEnvironment = new() { ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin" };

    private readonly EventLoop loop;
    private readonly Stage stage;
    private readonly RootImages images;
    private readonly CgroupTree groups;
    private readonly string program;
    private readonly string platform;
    private readonly TimeProvider time;
    private readonly Action<string> report;

    private GvisorDriver(string key, CgroupTree groups, string program, string platform, TimeProvider time, Action<string> report)
    {
        (this.groups, this.program, this.platform, this.time, this.report) = (groups, program, platform, time, report);
        loop = new(report);
        stage = new Stage(key);
        images = new(stage, CodePlaces.Links);
    }

    public Isolation Isolation => Isolation.Gvisor;

    public string Description { get; private set; } = "";

    public bool CanShowCodeLate => true;

    private string StateRoot => $"{stage.Root}/state";

    /// <summary>runsc listens on a socket that is named after this, in a space of names that all nodes of a machine share.</summary>
    private string ContainerId(string id) => $"{Path.GetFileName(stage.Root)}-{id}";

    /// <summary>Removes what an earlier run of this node has left, then takes the first platform that really runs a sandbox here.</summary>
    /// <exception cref="SandboxException">None does; the message tells each one's reason.</exception>
    public static async Task<GvisorDriver> Start(string nodeFolder, TimeProvider time, Action<string> report, CancellationToken stop)
    {
        var program = OciRuntime.Find("runsc") ?? throw new SandboxException("runsc is not installed. Run: apt-get install runsc");
        var key = NodeFolder.KeyOf(nodeFolder, "gvisor");
        var refusals = new List<string>();
        foreach (var platform in Platforms)
        {
            var groups = await CgroupTree.Open(key, time);
            await groups.RemoveLeftovers(time, Stage.Forget);
            var driver = new GvisorDriver(key, groups, program, platform, time, report);
            try
            {
                var took = await SelfTest.Run(driver, Locks, time, stop);
                driver.Description = $"runsc on {platform}, self-test passed in {took.TotalMilliseconds:0} ms, {driver.groups.Description}";
                return driver;
            }
            catch (SandboxException failure)
            {
                refusals.Add($"{platform}: {failure.Message}");
                await driver.DisposeAsync();
            }
            catch
            {
                await driver.DisposeAsync();
                throw;
            }
        }
        throw new SandboxException($"runsc works on no platform. {string.Join(" ", refusals)}");
    }

    public async ValueTask<ISandbox> Boot(SandboxSpec spec, IOutputSink output, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        SandboxId.Check(spec.Id);
        var folder = new ContainerFolder($"{stage.Root}/sandboxes/{spec.Id}");
        RunningSandbox sandbox;
        SandboxParts? parts = null;
        try
        {
            var root = await images.For(spec);
            var around = new GvisorSurroundings(stage, folder, StateRoot, ContainerId(spec.Id));
            parts = SandboxParts.Open(
                loop, () => HostChannel.Awaiting(around.Listen(0)), output, () => groups.Create(spec.Id, spec.Limits), around, time, report) with
            {
                Overhead = Overhead,
                Terminate = () => Terminate(ContainerId(spec.Id), folder, pidFile: null),
                Launch = (launch, launchOutput, stopLaunch) => Launch(spec.Id, folder, around, launch, launchOutput, stopLaunch),
            };
            parts.Group.SetLimits(parts.WithOverhead(spec.Limits));
            var environment = new Dictionary<string, string>(spec.Environment) { ["ALOFT_CHANNEL_PORT"] = $"{parts.Channel.Port}" };
            var plan = new ContainerPlan(spec with { Environment = environment }, root, groups.PathOf(spec.Id), FirstHostId: 0, folder);
            var network = $"/proc/{Libc.getpid()}/fd/{Descriptors.Number(around.Network)}";
            var first = await stage.Build(() =>
            {
                folder.Make(spec.Code);
                File.WriteAllText(folder.Config, OciConfig.ForGvisor(plan, network).ToJsonString());
                return Child.Open(Spawn.Start(new(Command(ContainerId(spec.Id), folder), RuntimeEnvironment, parts.Output.Write)));
            });
            parts.Output.Write.Dispose();
            sandbox = new RunningSandbox(spec, parts, first);
        }
        catch (Exception failure)
        {
            if (parts is not null) await parts.Remove(spec.Id);
            if (failure is OperationCanceledException or SandboxException) throw;
            throw new SandboxException($"runsc could not start {spec.Command[0]}: {failure.Message}", failure);
        }
        await Started(sandbox, folder, stop);
        return sandbox;
    }

    /// <summary>
    /// In the foreground, unlike the other runtimes: it is the one that learns the command's exit status from the Sentry, and ends with it.
    /// </summary>
    private string[] Command(string id, ContainerFolder folder) =>
    [
        .. Global(folder.Log), "run", "--pid-file", folder.PidFile, "--bundle", folder.Bundle, id,
    ];

    private string[] Global(string log) =>
    [
        program, "--root", StateRoot, "--log", log, "--platform", platform,
        "--network", "host", // of the network namespace that it is given
        "--file-access-mounts", "shared", // so that code shown later is seen
    ];

    /// <summary>In the foreground, too: runsc ends as the program in the sandbox does.</summary>
    private async Task<Launched> Launch(
        string id, ContainerFolder folder, GvisorSurroundings around, LaunchSpec spec, OutputPipe output, CancellationToken stop)
    {
        var channel = spec.WithChannel ? HostChannel.Awaiting(around.Listen(0)) : null;
        var files = folder.ForLaunch();
        try
        {
            var process = await stage.Build(() =>
            {
                files.WriteProcess(spec, "ALOFT_CHANNEL_PORT", $"{channel?.Port}");
                string[] command = [.. Global(files.Log), "exec", "--internal-pid-file", files.PidFile, "--process", files.Process, ContainerId(id)];
                return Child.Open(Spawn.Start(new(command, RuntimeEnvironment, output.Write)));
            });
            output.Write.Dispose();
            await UntilRunning(process, files, stop);
            return new(process, channel) { Terminate = () => Terminate(ContainerId(id), folder, files.PidFile) };
        }
        catch
        {
            channel?.Dispose();
            throw;
        }
    }

    /// <summary>The program has a number once it runs; where runsc ends without having given it one, the log tells why.</summary>
    private async Task UntilRunning(Child process, LaunchFiles files, CancellationToken stop)
    {
        var start = time.GetTimestamp();
        try
        {
            while (!await stage.Build(() => File.Exists(files.PidFile)))
            {
                if (process.WaitForEnd(TimeSpan.Zero) && !await stage.Build(() => File.Exists(files.PidFile)))
                    throw new SandboxException($"runsc refused to start it: {await stage.Build(() => ContainerFolder.ReadLog(files.Log))}");
                if (time.GetElapsedTime(start) > Limits.Boot) throw new SandboxException($"runsc did not start it within {Limits.Boot.TotalSeconds} s.");
                await Task.Delay(TimeSpan.FromMilliseconds(2), time, stop);
            }
        }
        catch
        {
            using (process)
            {
                process.Signal(Signals.Kill);
                process.WaitForEnd(Limits.Death);
                process.TryReapEnded();
            }
            throw;
        }
    }

    /// <summary>
    /// By the Sentry, which knows the program; the process that we see is runsc, which would end by a signal and leave the program. Does not
    /// wait: one that has ended meanwhile has heard it, too.
    /// </summary>
    /// <param name="pidFile">Where runsc has written a launched program's number, as the sandbox has it; null for the first process.</param>
    private void Terminate(string id, ContainerFolder folder, string? pidFile) => stage.Build(() =>
    {
        if (pidFile is not null && !File.Exists(pidFile)) return;
        string[] which = pidFile is null ? [] : ["--pid", File.ReadAllText(pidFile)];
        using var nowhere = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write);
        var kill = Child.Open(Spawn.Start(new([.. Global(folder.ForLaunch().Log), "kill", .. which, id, "TERM"], RuntimeEnvironment, nowhere)));
        loop.WatchOnce(kill.Handle, () =>
        {
            using (kill) kill.ReapEnded();
        });
    });

    /// <summary>
    /// runsc writes to its file of state that the command runs. A command that is over before we look has run as well; what runsc could
    /// not start, it has put into its log.
    /// </summary>
    private async Task Started(RunningSandbox sandbox, ContainerFolder folder, CancellationToken stop)
    {
        var start = time.GetTimestamp();
        try
        {
            while (!await stage.Build(() => IsRunning(ContainerId(sandbox.Id))))
            {
                var ended = sandbox.Exited.IsCompleted;
                var log = await stage.Build(folder.ReadLog);
                if (ended && log.Length == 0) return;
                if (ended || time.GetElapsedTime(start) > Limits.Boot) throw new SandboxException($"runsc did not start a sandbox: {log}");
                await Task.Delay(TimeSpan.FromMilliseconds(2), time, stop);
            }
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    private bool IsRunning(string id) =>
        Directory.Exists(StateRoot)
        && Directory.GetFiles(StateRoot, $"{id}_*.state") is [var state]
        && File.ReadAllText(state).Contains("\"status\":\"running\"", StringComparison.Ordinal);

    public ValueTask DisposeAsync()
    {
        stage.Dispose();
        loop.Dispose();
        groups.RemoveNode();
        return default;
    }
}
