using Aloft.Sandbox.Containers;
using Aloft.Sandbox.Groups;
using Aloft.Sandbox.Loop;
using Aloft.Sandbox.Native;
using Microsoft.Win32.SafeHandles;

namespace Aloft.Sandbox.Processes;

/// <summary>Plain child processes of the node: no isolation at all, for development.</summary>
public sealed class ProcessDriver : ISandboxDriver
{
    private const string LibraryPath = "LD_LIBRARY_PATH";

    private readonly EventLoop loop;
    private readonly NodeFolder node;
    private readonly CgroupTree? groups;
    private readonly TimeProvider time;
    private readonly Action<string> report;

    private ProcessDriver(NodeFolder node, CgroupTree? groups, TimeProvider time, Action<string> report) =>
        (this.node, this.groups, this.time, this.report, loop) = (node, groups, time, report, new(report));

    public Isolation Isolation => Isolation.Process;

    public string Description { get; private init; } = "";

    public bool CanShowCodeLate => true;

    /// <summary>Ends and removes what an earlier run of this node has left, then stands ready.</summary>
    /// <param name="nodeFolder">The node's own folder for what lives while it runs.</param>
    /// <param name="report">Told, as a line for people, what went wrong outside of any call.</param>
    public static async Task<ProcessDriver> Start(string nodeFolder, TimeProvider time, Action<string> report)
    {
        var node = new NodeFolder(nodeFolder, "process");
        var (groups, why) = await OpenGroups(node.Key, time);
        await RemoveLeftovers(node, groups, time);
        var limits = groups is null ? $"limits are not enforced ({why})" : $"limits by {groups.Description}";
        return new(node, groups, time, report) { Description = $"plain processes WITHOUT isolation, for development; {limits}" };
    }

    public async ValueTask<ISandbox> Boot(SandboxSpec spec, IOutputSink output, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        SandboxId.Check(spec.Id);
        var around = new ProcessSurroundings(node.FolderOf(spec.Id), spec.RuntimeFolder, spec.Code);
        var mark = $"{node.Key}/{spec.Id}";
        SandboxParts? parts = null;
        try
        {
            var (channel, inner) = Descriptors.SocketPair();
            using var innerEnd = inner;
            parts = SandboxParts.Open(
                loop, () => HostChannel.Connected(channel), output, () => groups?.Create(spec.Id, spec.Limits) ?? new ProcessSession(mark),
                around, time, report);
            var group = parts.Group;
            parts = parts with { Launch = (launch, launchOutput, _) => Launch(mark, around, group, launch, launchOutput) };
            var environment = WithLibraries(spec.Environment, around.LibraryPath);
            around.Make();
            return new RunningSandbox(spec, parts, Start(mark, around, group, new(spec.Command, environment), parts.Output, inner));
        }
        catch (Exception failure)
        {
            if (parts is not null) await parts.Remove(spec.Id);
            throw new SandboxException($"{spec.Command[0]} could not be started: {failure.Message}", failure);
        }
    }

    /// <summary>Where the loader looks for libraries, as a plain process sees these places.</summary>
    private static IReadOnlyDictionary<string, string> WithLibraries(IReadOnlyDictionary<string, string> environment, Func<string, string> seen) =>
        environment.TryGetValue(LibraryPath, out var libraries)
            ? new Dictionary<string, string>(environment) { [LibraryPath] = seen(libraries) }
            : environment;

    private static Child Start(
        string mark, ProcessSurroundings around, IResourceGroup group, LaunchSpec spec, OutputPipe output, SafeFileHandle? channel)
    {
        var environment = new Dictionary<string, string>(spec.Environment)
        {
            [ProcessSession.MarkVariable] = mark,
            ["TMPDIR"] = around.TmpFolder,
        };
        if (channel is not null) environment["ALOFT_CHANNEL_FD"] = $"{Spawn.ChannelFd}";
        var command = spec.Command.Select(around.PathOf).ToArray();
        var folder = spec.Folder is null ? around.TmpFolder : around.PathOf(spec.Folder);
        var pid = Spawn.Start(new(command, environment, output.Write) { Channel = channel, Folder = folder });
        output.Write.Dispose();
        var child = Child.Open(pid);
        group.Adopt(pid);
        return child;
    }

    private static Task<Launched> Launch(
        string mark, ProcessSurroundings around, IResourceGroup group, LaunchSpec asked, OutputPipe output)
    {
        var environment = WithLibraries(asked.Environment, path => string.Join(':', path.Split(':').Select(around.PathOf))); // its code is known
        var spec = asked with { Environment = environment };
        if (!spec.WithChannel) return Task.FromResult(new Launched(Start(mark, around, group, spec, output, channel: null), null));
        var (host, inner) = Descriptors.SocketPair();
        using var innerEnd = inner;
        try
        {
            return Task.FromResult(new Launched(Start(mark, around, group, spec, output, inner), HostChannel.Connected(host)));
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        loop.Dispose();
        groups?.RemoveNode();
        node.Remove();
        return default;
    }

    private static async Task<(CgroupTree?, string Why)> OpenGroups(string key, TimeProvider time)
    {
        try
        {
            return (await CgroupTree.Open(key, time), "");
        }
        catch (SandboxException failure)
        {
            return (null, failure.Message);
        }
    }

    private static async Task RemoveLeftovers(NodeFolder node, CgroupTree? groups, TimeProvider time)
    {
        if (groups is not null) await groups.RemoveLeftovers(time, Stage.Forget);
        foreach (var id in node.Leftovers())
        {
            using var session = new ProcessSession($"{node.Key}/{id}");
            session.KillAll();
        }
        node.Clear();
    }
}
