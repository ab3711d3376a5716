using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Aloft.Sandbox.Groups;
using Aloft.Sandbox.Loop;
using Aloft.Sandbox.Native;

namespace Aloft.Sandbox.Containers;

/// <summary>Containers by crun or runc: namespaces, control groups, a user mapping of their own, no capabilities, a list of system calls.</summary>
public sealed class ContainerDriver : ISandboxDriver
{
    private static readonly Dictionary<string, string> RuntimeEnvironment = new() { ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin" };

    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> images = new();
    private readonly EventLoop loop;
    private readonly Stage stage;
    private readonly CgroupTree groups;
    private readonly OciRuntime runtime;
    private readonly TimeProvider time;
    private readonly Action<string> report;
    private readonly JsonObject? seccomp;
    private readonly string? compiledSeccomp;
    private uint booted;

    internal ContainerDriver(EventLoop loop, Stage stage, CgroupTree groups, OciRuntime runtime, TimeProvider time, Action<string> report)
    {
        (this.loop, this.stage, this.groups, this.runtime, this.time, this.report) = (loop, stage, groups, runtime, time, report);
        if (runtime.TakesCompiledSeccomp && SeccompFilter.Compile() is { } filter)
        {
            compiledSeccomp = Convert.ToBase64String(filter);
            // Without this crun applies no filter at all; should it ever overlook the compiled one, every call fails and so does the self-test.
            seccomp = new JsonObject { ["defaultAction"] = "SCMP_ACT_ERRNO" };
        }
        else
        {
            seccomp = SeccompProfile.ToOci();
        }
    }

    public Isolation Isolation => Isolation.Container;

    public string Description { get; internal set; } = "";

    public bool CanShowCodeLate => true;

    private string StateRoot => $"{stage.Root}/state";

    public async ValueTask<ISandbox> Boot(SandboxSpec spec, IOutputSink output, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        SandboxId.Check(spec.Id);
        var folder = new ContainerFolder($"{stage.Root}/sandboxes/{spec.Id}");
        var firstHostId = Limits.FirstUserId + Interlocked.Increment(ref booted) % Limits.UserIdRanges * Limits.UserIdsPerSandbox;
        var root = await ImageFor(spec);
        var around = new ContainerSurroundings(stage, folder, $"{StateRoot}/{spec.Id}");
        var (channel, inner) = Descriptors.SocketPair();
        using var innerEnd = inner;
        var parts = new SandboxParts(loop, channel, new OutputPipe(loop, output), groups.Create(spec.Id, spec.Limits), around, time, report);
        try
        {
            // /dev/stderr is opened anew by shells, which the pipe's owner alone may do.
            Descriptors.GiveTo(parts.Output.Write, firstHostId + RootImage.UserId, firstHostId + RootImage.GroupId);
            var environment = new Dictionary<string, string>(spec.Environment) { ["ALOFT_CHANNEL_FD"] = $"{Spawn.ChannelFd}" };
            var plan = new ContainerPlan(spec with { Environment = environment }, root, groups.PathOf(spec.Id), firstHostId, folder);
            var starter = await stage.Build(() =>
            {
                folder.Make(spec, firstHostId);
                File.WriteAllText(folder.Config, OciConfig.Build(plan, seccomp, compiledSeccomp).ToJsonString());
                return Child.Open(Spawn.Start(new(runtime.Run(spec.Id, StateRoot, folder), RuntimeEnvironment, parts.Output.Write) { Channel = inner }));
            });
            parts.Output.Write.Dispose();
            await Started(starter, folder, stop);
            around.FirstPid = await stage.Build(() => int.Parse(File.ReadAllText(folder.PidFile), CultureInfo.InvariantCulture));
            return new RunningSandbox(spec, parts, Child.Open(around.FirstPid));
        }
        catch (Exception failure)
        {
            await parts.Remove(spec.Id);
            if (failure is OperationCanceledException or SandboxException) throw;
            throw new SandboxException($"{runtime.Name} could not start {spec.Command[0]}: {failure.Message}", failure);
        }
    }

    /// <summary>Waits for the runtime to end, which it does once the command runs.</summary>
    private async Task Started(Child starter, ContainerFolder folder, CancellationToken stop)
    {
        using (starter)
        {
            var ended = new TaskCompletionSource<ProcessEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
            loop.WatchOnce(starter.Handle, () => ended.TrySetResult(starter.Reap() ?? throw new InvalidOperationException("A process ended, and runs.")));
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
                throw new SandboxException($"{runtime.Name} did not start a container within {Limits.Boot.TotalSeconds} s.");
            }
        }
        var log = await stage.Build(() => File.Exists(folder.Log) ? File.ReadAllText(folder.Log).Trim() : "");
        throw new SandboxException($"{runtime.Name} refused to start a container: {log[..Math.Min(log.Length, Limits.QuotedError)]}");
    }

    private Task<string> ImageFor(SandboxSpec spec)
    {
        var key = string.Join('\n', spec.HostFolders.Prepend(spec.RuntimeFolder));
        return images.GetOrAdd(key, _ => new(() => stage.Build(() =>
        {
            var root = $"{stage.Root}/images/{images.Count}";
            RootImage.Build(root, spec.RuntimeFolder, spec.HostFolders);
            return root;
        }))).Value;
    }

    public ValueTask DisposeAsync()
    {
        stage.Dispose();
        loop.Dispose();
        groups.RemoveNode();
        return default;
    }
}
