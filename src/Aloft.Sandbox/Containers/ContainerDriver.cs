using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Aloft.Sandbox.Groups;
using Aloft.Sandbox.Loop;
using Aloft.Sandbox.Native;
using Aloft.Sandbox.Processes;
using Microsoft.Win32.SafeHandles;

namespace Aloft.Sandbox.Containers;

/// <summary>
/// Containers by crun or runc: namespaces, control groups, a user mapping of their own, no capabilities, a list of system calls.
/// </summary>
public sealed class ContainerDriver : ISandboxDriver
{
    private static readonly Dictionary<string, string> RuntimeEnvironment = new() { ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin" };

    private static readonly string[] Locks = ["CapEff: 0000000000000000", "CapBnd: 0000000000000000", "NoNewPrivs: 1", "Seccomp: 2"];

    private readonly EventLoop loop;
    private readonly Stage stage;
    private readonly RootImages images;
    private readonly CgroupTree groups;
    private readonly OciRuntime runtime;
    private readonly TimeProvider time;
    private readonly Action<string> report;
    private readonly JsonObject seccomp;
    private readonly string? compiledSeccomp;
    private uint booted;

    private ContainerDriver(EventLoop loop, Stage stage, CgroupTree groups, OciRuntime runtime, TimeProvider time, Action<string> report)
    {
        (this.loop, this.stage, this.groups, this.runtime, this.time, this.report) = (loop, stage, groups, runtime, time, report);
        images = new(stage, CodePlaces.MountPoints);
        if (runtime.TakesCompiledSeccomp && SeccompFilter.Compile() is { } filter)
        {
            compiledSeccomp = Convert.ToBase64String(filter);
            // Without this crun applies no filter at all; should it ever overlook the compiled one, every call fails and so does the
            // self-test.
            seccomp = new JsonObject { ["defaultAction"] = "SCMP_ACT_ERRNO" };
        }
        else
        {
            seccomp = SeccompProfile.ToOci();
        }
    }

    public Isolation Isolation => Isolation.Container;

    public string Description { get; private set; } = "";

    public bool CanShowCodeLate => true;

    private string StateRoot => $"{stage.Root}/state";

    /// <summary>
    /// Removes what an earlier run of this node has left, then takes the first runtime that really runs a container here.
    /// </summary>
    /// <exception cref="SandboxException">None does, or this process may not make sandboxes; the message tells each one's
    /// reason.</exception>
    public static async Task<ContainerDriver> Start(string nodeFolder, TimeProvider time, Action<string> report, CancellationToken stop)
    {
        var key = NodeFolder.KeyOf(nodeFolder, "container");
        Child.AdoptOrphans();
        var refusals = new List<string>();
        foreach (var runtime in OciRuntime.Installed())
        {
            var groups = await CgroupTree.Open(key, time);
            await groups.RemoveLeftovers(time, Stage.Forget);
            var driver = new ContainerDriver(new EventLoop(report), new Stage(key), groups, runtime, time, report);
            try
            {
                var took = await SelfTest.Run(driver, Locks, time, stop);
                var others = string.Concat(refusals.Select(why => $"; not {why}"));
                driver.Description = $"{runtime.Name}, self-test passed in {took.TotalMilliseconds:0} ms, {driver.groups.Description}{others}";
                return driver;
            }
            catch (SandboxException failure)
            {
                refusals.Add($"{runtime.Name}: {failure.Message}");
                await driver.DisposeAsync();
            }
            catch
            {
                await driver.DisposeAsync();
                throw;
            }
        }
        throw new SandboxException(refusals.Count == 0
            ? "No container runtime is installed. Run: apt-get install crun"
            : $"No container runtime works. {string.Join(" ", refusals)}");
    }

    public async ValueTask<ISandbox> Boot(SandboxSpec spec, IOutputSink output, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        SandboxId.Check(spec.Id);
        var folder = new ContainerFolder($"{stage.Root}/sandboxes/{spec.Id}");
        var firstHostId = Limits.FirstUserId + Interlocked.Increment(ref booted) % Limits.UserIdRanges * Limits.UserIdsPerSandbox;
        SandboxParts? parts = null;
        try
        {
            var root = await images.For(spec);
            var around = new ContainerSurroundings(stage, folder, $"{StateRoot}/{spec.Id}");
            var (host, inner) = Descriptors.SocketPair();
            using var innerEnd = inner;
            parts = SandboxParts.Open(
                loop, () => HostChannel.Connected(host), output, () => groups.Create(spec.Id, spec.Limits), around, time, report) with
            {
                Launch = (launch, launchOutput, stopLaunch) => Launch(spec.Id, folder, firstHostId, launch, launchOutput, stopLaunch),
            };
            var pipe = parts.Output;
            var (user, group) = UserOf(firstHostId);
            Descriptors.GiveTo(pipe.Write, user, group); // /dev/stderr is opened anew by shells, which the pipe's owner alone may do
            var environment = new Dictionary<string, string>(spec.Environment) { ["ALOFT_CHANNEL_FD"] = $"{Spawn.ChannelFd}" };
            var plan = new ContainerPlan(spec with { Environment = environment }, root, groups.PathOf(spec.Id), firstHostId, folder);
            var starter = await stage.Build(() =>
            {
                folder.Make(spec.Code);
                folder.MakeTmp(spec.Limits.TmpBytes, user, group);
                File.WriteAllText(folder.Config, OciConfig.ForContainer(plan, seccomp, compiledSeccomp).ToJsonString());
                return Child.Open(Spawn.Start(new(runtime.Run(spec.Id, StateRoot, folder), RuntimeEnvironment, pipe.Write) { Channel = inner }));
            });
            pipe.Write.Dispose();
            await Started(starter, folder.ReadLog, stop);
            around.FirstPid = await stage.Build(() => int.Parse(File.ReadAllText(folder.PidFile), CultureInfo.InvariantCulture));
            var first = Child.Open(around.FirstPid);
            GoFirst(around.FirstPid);
            return new RunningSandbox(spec, parts, first);
        }
        catch (Exception failure)
        {
            if (parts is not null) await RemoveFailed(parts, spec.Id);
            if (failure is OperationCanceledException or SandboxException) throw;
            throw new SandboxException($"{runtime.Name} could not start {spec.Command[0]}: {failure.Message}", failure);
        }
    }

    /// <summary>What could not be booted may leave a process that ends a moment after its runtime, and for which nobody else waits.</summary>
    private async ValueTask RemoveFailed(SandboxParts parts, string id)
    {
        await parts.Remove(id);
        var start = time.GetTimestamp();
        while (Child.ReapRuntimeHelpers() && time.GetElapsedTime(start) < Limits.HelperDeath) await Task.Delay(TimeSpan.FromMilliseconds(1), time);
    }

    private static (uint User, uint Group) UserOf(uint firstHostId) => (firstHostId + RootImage.UserId, firstHostId + RootImage.GroupId);

    private async Task<Launched> Launch(
        string id, ContainerFolder folder, uint firstHostId, LaunchSpec spec, OutputPipe output, CancellationToken stop)
    {
        var (user, group) = UserOf(firstHostId);
        Descriptors.GiveTo(output.Write, user, group);
        var (host, inner) = spec.WithChannel ? Descriptors.SocketPair() : default((Socket?, SafeFileHandle?));
        using var innerEnd = inner;
        var files = folder.ForLaunch();
        try
        {
            var starter = await stage.Build(() =>
            {
                files.WriteProcess(spec, "ALOFT_CHANNEL_FD", $"{Spawn.ChannelFd}");
                var command = runtime.Exec(id, StateRoot, files, spec.WithChannel);
                return Child.Open(Spawn.Start(new(command, RuntimeEnvironment, output.Write) { Channel = inner }));
            });
            output.Write.Dispose();
            await Started(starter, () => ContainerFolder.ReadLog(files.Log), stop);
            var pid = await stage.Build(() =>
            {
                var text = File.ReadAllText(files.PidFile);
                files.Remove();
                return int.Parse(text, CultureInfo.InvariantCulture);
            });
            var process = Child.Open(pid);
            GoFirst(pid);
            return new(process, host is null ? null : HostChannel.Connected(host));
        }
        catch
        {
            host?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// When the host runs short of memory, functions go before its own programs. Written from outside by a process with CAP_SYS_RESOURCE,
    /// the value is also the lowest that the function can choose. https://man7.org/linux/man-pages/man5/proc_pid_oom_score_adj.5.html
    /// </summary>
    private static void GoFirst(int pid)
    {
        try
        {
            KernelFile.Write($"/proc/{pid}/oom_score_adj", "500");
        }
        catch (IOException) when (ProcessTable.Find(pid) is null or { HasEnded: true })
        {
            // A command may be over this soon.
        }
    }

    /// <summary>Waits for the runtime to end, which it does once the command runs.</summary>
    private async Task Started(Child starter, Func<string> readLog, CancellationToken stop)
    {
        using (starter)
        {
            var ended = new TaskCompletionSource<ProcessEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
            loop.WatchOnce(starter.Handle, () =>
            {
                try
                {
                    Child.ReapRuntimeHelpers();
                    ended.TrySetResult(starter.ReapEnded());
                }
                catch (Exception failure) // who waits for the end fails of it
                {
                    ended.TrySetException(failure);
                }
            });
            try
            {
                var end = await ended.Task.WaitAsync(Limits.Boot, time, stop);
                if (end.ExitCode == 0) return;
            }
            catch (Exception failure) when (failure is TimeoutException or OperationCanceledException)
            {
                starter.Signal(Signals.Kill);
                await ended.Task;
                if (failure is OperationCanceledException) throw;
                throw new SandboxException($"{runtime.Name} did not start it within {Limits.Boot.TotalSeconds} s.");
            }
        }
        throw new SandboxException($"{runtime.Name} refused to start it: {await stage.Build(readLog)}");
    }

    public ValueTask DisposeAsync()
    {
        stage.Dispose();
        loop.Dispose();
        groups.RemoveNode();
        return default;
    }
}
