namespace Aloft.Tests.Fault;

/// <summary>
/// What a node with this data folder keeps on the machine, as the kernel tells it: processes that have the folder in their command
/// line, their environment or their mounts; mounts; control groups.
/// </summary>
internal sealed record MachineState(
    IReadOnlyList<string> Processes, IReadOnlyList<string> Mounts, IReadOnlyList<string> ControlGroups)
{
    public static MachineState Of(string data)
    {
        var processes = AllProcesses().Where(name => name != $"{Environment.ProcessId}" && Mentions(name, data)).ToList();
        return new(
            [.. processes.Select(process => $"{process} {Read($"/proc/{process}/cmdline").Replace('\0', ' ')}")],
            [.. Read("/proc/self/mountinfo").Split('\n').Where(line => line.Contains(data, StringComparison.Ordinal))],
            [.. processes.SelectMany(process => Read($"/proc/{process}/cgroup").Split('\n')).Where(line => line.Contains("aloft", StringComparison.Ordinal)).Distinct()]);
    }

    static IEnumerable<string> AllProcesses() =>
        Directory.EnumerateDirectories("/proc").Select(folder => Path.GetFileName(folder)).Where(name => name[0] is >= '0' and <= '9');

    /// <summary>The folders of the control groups that still exist, under whatever controllers this machine mounts.</summary>
    public static IReadOnlyList<string> Existing(IEnumerable<string> controlGroups) =>
        [.. controlGroups
            .Select(line => line.Split(':', 3)[^1])
            .Distinct()
            .SelectMany(path => Directory.EnumerateDirectories("/sys/fs/cgroup").Prepend("/sys/fs/cgroup").Select(root => root + path))
            .Where(Directory.Exists)];

    /// <summary>The host's own mounts are in every process of the host's, so mounts count only in a mount namespace of another.</summary>
    static bool Mentions(string process, string data)
    {
        var mounts = Read($"/proc/{process}/mountinfo");
        return Read($"/proc/{process}/cmdline").Contains(data, StringComparison.Ordinal)
            || Read($"/proc/{process}/environ").Contains(data, StringComparison.Ordinal)
            || (mounts.Contains(data, StringComparison.Ordinal) && mounts != Read("/proc/self/mountinfo"));
    }

    static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
