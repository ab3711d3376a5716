using System.Globalization;
using Aloft.Sandbox.Native;
using Aloft.Sandbox.Processes;
using Microsoft.Win32.SafeHandles;

namespace Aloft.Sandbox.Groups;

/// <summary>
/// Where this node's control groups are: below <c>aloft/NODE</c>, so that two nodes on one machine cannot end each other's sandboxes.
/// https://docs.kernel.org/admin-guide/cgroup-v2.html, https://docs.kernel.org/admin-guide/cgroup-v1/index.html
/// </summary>
internal abstract class CgroupTree(string nodeKey)
{
    internal const string Root = "/sys/fs/cgroup";
    private const string Parent = "aloft";

    /// <summary>The kernel lets go of it when this process dies, in whichever way.</summary>
    private SafeFileHandle? lifeLock;

    /// <summary>For people: the version and how it is mounted.</summary>
    internal abstract string Description { get; }

    /// <summary>The roots of all hierarchies.</summary>
    protected abstract IEnumerable<string> Hierarchies { get; }

    /// <summary>The hierarchy whose folder for a node is locked for as long as that node lives.</summary>
    protected abstract string LockedHierarchy { get; }

    /// <summary>A node's folders in each hierarchy, the parents of its sandboxes' groups.</summary>
    private IEnumerable<string> FoldersOf(string key) => Hierarchies.Select(root => $"{root}/{Parent}/{key}");

    internal IResourceGroup Create(string id, SandboxLimits limits)
    {
        IResourceGroup? group = null;
        try
        {
            group = Make(id);
            group.SetLimits(limits);
            return group;
        }
        catch
        {
            group?.Dispose();
            foreach (var folder in FoldersOf(nodeKey)) TryRemove($"{folder}/{id}");
            throw;
        }
    }

    /// <summary>A group that limits nothing yet.</summary>
    protected abstract IResourceGroup Make(string id);

    /// <summary>A group's path as an OCI runtime is to be given it.</summary>
    internal string PathOf(string id) => $"/{Parent}/{nodeKey}/{id}";

    /// <summary>The path relative to a hierarchy's root.</summary>
    protected string RelativePath => $"{Parent}/{nodeKey}";

    /// <exception cref="SandboxException">There are none, they may not be changed, or another process has this node's.</exception>
    internal static async Task<CgroupTree> Open(string nodeKey, TimeProvider time, string root = Root)
    {
        CgroupTree tree = File.Exists($"{root}/cgroup.controllers") ? new CgroupTreeV2(nodeKey, root) : new CgroupTreeV1(nodeKey, root);
        try
        {
            await tree.Settle(time);
            return tree;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SandboxException($"Control groups cannot be used: {failure.Message} Run as root, with {root} writable.", failure);
        }
    }

    protected abstract void Prepare();

    /// <summary>
    /// Makes the node's folders and locks them. Until they are locked, another node that starts may take them for those of a dead one: it
    /// holds the lock for as long as it removes them, and they are made again.
    /// </summary>
    private async Task Settle(TimeProvider time)
    {
        const int vanishings = 50;
        var folder = $"{LockedHierarchy}/{RelativePath}";
        var start = time.GetTimestamp();
        for (var vanished = 0; time.GetElapsedTime(start) < Limits.Death; await Task.Delay(TimeSpan.FromMilliseconds(1), time))
        {
            try
            {
                Prepare();
                lifeLock = TryLock(folder);
                if (lifeLock is null) continue;
                Prepare(); // in the other hierarchies
                return;
            }
            catch (IOException) when (!Directory.Exists(folder) && ++vanished < vanishings)
            {
                lifeLock?.Dispose();
            }
        }
        throw new IOException($"Another process holds {folder}.");
    }

    /// <summary>Ends and removes what an earlier run of this node has left, and what other nodes have left that live no more.</summary>
    /// <param name="forget">Removes what else a dead node of that key has left; the node cannot start anew meanwhile.</param>
    internal async Task RemoveLeftovers(TimeProvider time, Action<string> forget)
    {
        await RemoveGroups(nodeKey, time);
        foreach (var folder in Directory.GetDirectories($"{LockedHierarchy}/{Parent}"))
        {
            var key = Path.GetFileName(folder);
            if (key == nodeKey || !NodeFolder.IsKey(key)) continue;
            using var taken = TryLock(folder);
            if (taken is null) continue;
            await RemoveGroups(key, time);
            forget(key);
            foreach (var nodeFolder in FoldersOf(key)) TryRemove(nodeFolder);
        }
    }

    /// <summary>Takes the node's own groups away when it stops.</summary>
    internal void RemoveNode()
    {
        foreach (var folder in FoldersOf(nodeKey))
        {
            TryRemove(folder);
            TryRemove(Path.GetDirectoryName(folder)!); // stays while another node has groups in it
        }
        lifeLock?.Dispose();
    }

    /// <summary>All hierarchies in every round: what is frozen in one does not die of a signal that it got through another.</summary>
    private async Task RemoveGroups(string key, TimeProvider time)
    {
        var left = FoldersOf(key).Where(Directory.Exists).SelectMany(Directory.GetDirectories).ToList();
        var start = time.GetTimestamp();
        while (left.RemoveAll(TryRemove) >= 0 && left.Count > 0)
        {
            if (time.GetElapsedTime(start) > Limits.Death)
                throw new SandboxException($"{left[0]} is left by an earlier run and its processes do not end: {string.Join(", ", Members(left[0]))}");
            foreach (var folder in left) Kill(folder);
            await Task.Delay(TimeSpan.FromMilliseconds(1), time);
        }
    }

    /// <returns>null when another holds it, or it is gone.</returns>
    private static SafeFileHandle? TryLock(string folder)
    {
        const int readOnly = 0, closeOnExec = 0x80000, exclusive = 2, doNotWait = 4;
        var fd = Libc.open(folder, readOnly | closeOnExec);
        if (fd < 0) return null;
        var handle = Descriptors.Own(fd);
        // One that was removed, and perhaps made anew, before it was locked reads as "FOLDER (deleted)".
        if (Libc.flock(fd, exclusive | doNotWait) == 0 && new FileInfo($"/proc/self/fd/{fd}").LinkTarget == folder) return handle;
        handle.Dispose();
        return null;
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

    internal static bool IsRunnable(string folder) => Array.Exists(Members(folder), ProcessTable.IsRunnable);

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
