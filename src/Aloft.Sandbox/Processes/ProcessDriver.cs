using Aloft.Sandbox.Groups;
using Aloft.Sandbox.Loop;
using Aloft.Sandbox.Native;

namespace Aloft.Sandbox.Processes;

/// <summary>Plain child processes of the node: no isolation at all, for development.</summary>
public sealed class ProcessDriver : ISandboxDriver
{
    private const string LibraryPath = "LD_LIBRARY_PATH";

    private readonly EventLoop loop = new();
    private readonly NodeFolder node;
    private readonly CgroupTree? groups;
    private readonly TimeProvider time;
    private readonly Action<string> report;

    private ProcessDriver(NodeFolder node, CgroupTree? groups, TimeProvider time, Action<string> report) =>
        (this.node, this.groups, this.time, this.report) = (node, groups, time, report);

    public Isolation Isolation => Isolation.Process;

    public string Description { get; private init; } = "";

    public bool CanShowCodeLate => true;

    /// <summary>Ends and removes what an earlier run of this node has left, then stands ready.</summary>
    /// <param name="nodeFolder">The node's own folder for what lives while it runs.</param>
    /// <param name="report">Told, as a line for people, what went wrong outside of any call.</param>
    public static async Task<ProcessDriver> Start(string nodeFolder, TimeProvider time, Action<string> report)
    {
        var node = new NodeFolder(nodeFolder, "process");
        var (groups, why) = OpenGroups(node.Key);
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
        var (channel, inner) = Descriptors.SocketPair();
        using var innerEnd = inner;
        var group = groups?.Create(spec.Id, spec.Limits) ?? new ProcessSession(mark);
        var parts = new SandboxParts(loop, HostChannel.Connected(channel), new OutputPipe(loop, output), group, around, time, report);
        try
        {
            var environment = new Dictionary<string, string>(spec.Environment)
            {
                ["ALOFT_CHANNEL_FD"] = $"{Spawn.ChannelFd}",
                [ProcessSession.MarkVariable] = mark,
                ["TMPDIR"] = around.TmpFolder,
            };
            if (spec.Environment.TryGetValue(LibraryPath, out var libraries)) environment[LibraryPath] = around.LibraryPath(libraries);
            around.Make();
            var pid = Spawn.Start(new([.. spec.Command.Select(around.PathOf)], environment, parts.Output.Write) { Channel = inner, Folder = around.TmpFolder });
            parts.Output.Write.Dispose();
            var child = Child.Open(pid);
            group.Adopt(pid);
            return new RunningSandbox(spec, parts, child);
        }
        catch (Exception failure)
        {
            await parts.Remove(spec.Id);
            throw new SandboxException($"{spec.Command[0]} could not be started: {failure.Message}", failure);
        }
    }

    public ValueTask DisposeAsync()
    {
        loop.Dispose();
        groups?.RemoveNode();
        node.Remove();
        return default;
    }

    private static (CgroupTree?, string Why) OpenGroups(string key)
    {
        try
        {
            return (CgroupTree.Open(key), "");
        }
        catch (SandboxException failure)
        {
            return (null, failure.Message);
        }
    }

    private static async Task RemoveLeftovers(NodeFolder node, CgroupTree? groups, TimeProvider time)
    {
        if (groups is not null) await groups.RemoveLeftovers(time);
        foreach (var id in node.Leftovers())
        {
            using var session = new ProcessSession($"{node.Key}/{id}");
            session.KillAll();
        }
        node.Clear();
    }
}
