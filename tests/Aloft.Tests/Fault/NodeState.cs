using System.Globalization;

namespace Aloft.Tests.Fault;

/// <summary>What a running node holds, as the kernel tells it: what grows here from run to run is a leak.</summary>
/// <param name="Processes">The node and all that runs in its sandboxes.</param>
/// <param name="Mounts">Of the thread that has most: the stage's.</param>
/// <param name="CodeFolders">Unpacked packages, and what unpacking has left by mistake.</param>
internal sealed record NodeState(
    int Processes, int Mounts, int ControlGroups, int Descriptors, int Threads, int CodeFolders, int UnfinishedCode, long ResidentMegabytes)
{
    public static NodeState Of(int process, string data)
    {
        var machine = MachineState.Of(data);
        string[] code = [.. Directory.EnumerateFileSystemEntries(Path.Combine(data, "code")).Select(path => Path.GetFileName(path))];
        return new(
            machine.Processes.Count,
            Directory.GetDirectories($"/proc/{process}/task").Max(task => Lines($"{task}/mountinfo")),
            machine.ControlGroups.Count,
            Directory.GetFileSystemEntries($"/proc/{process}/fd").Length,
            Directory.GetDirectories($"/proc/{process}/task").Length,
            code.Length,
            code.Count(name => name[0] == '.' && name.Length > 30),
            Resident(process));
    }

    /// <summary>No more than there was, but for what a node keeps for later: descriptors and threads of pools, memory up to a bound.</summary>
    public bool IsNoMoreThan(NodeState before) =>
        Processes <= before.Processes && Mounts <= before.Mounts && ControlGroups <= before.ControlGroups
        && Descriptors <= before.Descriptors + 40 && Threads <= before.Threads + 20 && UnfinishedCode == 0
        && ResidentMegabytes <= (before.ResidentMegabytes * 3 / 2) + 64;

    static int Lines(string file)
    {
        try
        {
            return File.ReadLines(file).Count();
        }
        catch (IOException)
        {
            return 0; // the thread has ended
        }
    }

    static long Resident(int process) => long.Parse(
        File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture) / 1024;
}
