using System.Globalization;
using System.Text;

namespace Aloft.Sandbox.Processes;

/// <summary>One line of the kernel's table of processes: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html</summary>
internal readonly record struct ProcessEntry(int Pid, string Name, char State, int Parent, int Session)
{
    internal bool HasEnded => State is 'Z' or 'X';
}

/// <summary>Reads /proc: what there is for a user who may not use control groups.</summary>
internal static class ProcessTable
{
    /// <summary>Every process that can be seen.</summary>
    internal static IEnumerable<ProcessEntry> All() =>
        from folder in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(folder)
        where char.IsAsciiDigit(name[0])
        let entry = Find(int.Parse(name, CultureInfo.InvariantCulture))
        where entry is not null
        select entry.Value;

    /// <returns>null when it is gone.</returns>
    internal static ProcessEntry? Find(int pid)
    {
        if (Read($"/proc/{pid}/stat") is not { } bytes) return null;
        // The name in the second field may hold anything, so count from its closing bracket.
        var text = Encoding.Latin1.GetString(bytes);
        var end = text.LastIndexOf(')');
        var fields = text[(end + 2)..].Split(' ', 6);
        return new(pid, text[(text.IndexOf('(') + 1)..end], fields[0][0], Number(fields[1]), Number(fields[3]));
    }

    internal static bool IsRunnable(int pid) => Find(pid) is { State: 'R' };

    /// <summary>Whether the environment that a process was started with has this variable.</summary>
    internal static bool HasVariable(int pid, string name, string value) =>
        Read($"/proc/{pid}/environ") is { } bytes && $"\0{Encoding.UTF8.GetString(bytes)}".Contains($"\0{name}={value}\0", StringComparison.Ordinal);

    /// <returns>null when the process is gone, or is not ours to look at.</returns>
    private static byte[]? Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static int Number(string field) => int.Parse(field, CultureInfo.InvariantCulture);
}
