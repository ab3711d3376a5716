using System.Globalization;
using Aloft.Sandbox.Native;

namespace Aloft.Sandbox.Groups;

/// <summary>
/// Where this node's control groups are: below <c>aloft/NODE</c>, so that two nodes on one machine cannot end each other's sandboxes.
/// https://docs.kernel.org/admin-guide/cgroup-v2.html, https://docs.kernel.org/admin-guide/cgroup-v1/index.html
/// </summary>
internal abstract class CgroupTree(string nodeKey)
{
    internal const string Root = "/sys/fs/cgroup";
    private const string Parent = "aloft";

    /// <summary>For people: the version and how it is mounted.</summary>
    internal abstract string Description { get; }

    /// <summary>This node's folders in each hierarchy, the parents of the sandboxes' groups.</summary>
    protected abstract IEnumerable<string> NodeFolders { get; }

    internal abstract IResourceGroup Create(string id, SandboxLimits limits);

    /// <summary>A group's path as an OCI runtime is to be given it.</summary>
    internal string PathOf(string id) => $"/{Parent}/{nodeKey}/{id}";

    /// <summary>The path relative to a hierarchy's root.</summary>
    protected string RelativePath => $"{Parent}/{nodeKey}";

    /// <exception cref="SandboxException">There are none, or they may not be changed.</exception>
    internal static CgroupTree Open(string nodeKey, string root = Root)
    {
        CgroupTree tree = File.Exists($"{root}/cgroup.controllers") ? new CgroupTreeV2(nodeKey, root) : new CgroupTreeV1(nodeKey, root);
        try
        {
            tree.Prepare();
            return tree;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SandboxException($"Control groups cannot be used: {failure.Message} Run as root, with {root} writable.", failure);
        }
    }

    protected abstract void Prepare();

    /// <summary>Ends and removes what a run of this node that was killed has left.</summary>
    internal async Task RemoveLeftovers(TimeProvider time)
    {
        var groups = NodeFolders.Where(Directory.Exists).SelectMany(Directory.GetDirectories).ToList();
        groups.ForEach(Kill); // all before any is waited for: what is frozen dies only after its group of another hierarchy has thawed it
        foreach (var group in groups) await RemoveGroup(group, time);
    }

    /// <summary>Takes the node's own groups away when it stops.</summary>
    internal void RemoveNode()
    {
        foreach (var folder in NodeFolders)
        {
            TryRemove(folder);
            TryRemove(Path.GetDirectoryName(folder)!); // stays while another node has groups in it
        }
    }

    private static async Task RemoveGroup(string folder, TimeProvider time)
    {
        var start = time.GetTimestamp();
        while (!TryRemove(folder))
        {
            if (time.GetElapsedTime(start) > Limits.Death)
                throw new SandboxException($"{folder} is left by an earlier run and its processes do not end: {string.Join(", ", Members(folder))}");
            Kill(folder);
            await Task.Delay(TimeSpan.FromMilliseconds(1), time);
        }
    }

    private static void Kill(string folder)
    {
        KernelFile.WriteIfPresent($"{folder}/cgroup.kill", "1");
        foreach (var pid in Members(folder))
        {
            using var process = Child.TryOpen(pid);
            process?.Signal(Signals.Kill);
        }
        KernelFile.WriteIfPresent($"{folder}/freezer.state", "THAWED");
    }

    /// <returns>false while something is in it still.</returns>
    internal static bool TryRemove(string folder)
    {
        const int notThere = 2, notEmpty = 39;
        if (Libc.rmdir(folder) == 0) return true;
        return Errno.Last switch
        {
            notThere => true,
            Errno.Busy or notEmpty => false,
            var errno => throw Errno.Failure(errno, nameof(Libc.rmdir), folder),
        };
    }

    internal static int[] Members(string folder)
    {
        try
        {
            return [.. File.ReadLines($"{folder}/cgroup.procs").Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
        }
        catch (IOException) // it is gone, or going: the kernel then says that there is no such device
        {
            return [];
        }
    }
}
