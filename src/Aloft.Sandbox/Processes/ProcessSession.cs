using System.Globalization;
using System.Text;
using Aloft.Sandbox.Groups;
using Aloft.Sandbox.Native;

namespace Aloft.Sandbox.Processes;

/// <summary>
/// The stand-in for a control group where this user may have none: the processes of a session, and those that left it but carry the
/// sandbox's mark in their environment. It counts the first process (with those children that it waited for) and limits nothing.
/// </summary>
internal sealed class ProcessSession(string mark) : IResourceGroup
{
    internal const string MarkVariable = "ALOFT_SANDBOX";

    /// <summary>A process can fork away from one round of signals, not from many.</summary>
    private const int MostRounds = 50;

    private static readonly double ClockTicksPerSecond = 100; // USER_HZ, fixed in the kernel's interface to programs

    private int first;
    private int counted;
    private SandboxUsage last;

    /// <summary>The first is the session's and is counted; later ones are known by their mark.</summary>
    public void Adopt(int pid)
    {
        if (counted == 0) counted = first = pid;
    }

    public void SetLimits(SandboxLimits limits)
    {
        // Nothing an ordinary user can set from outside limits a group of processes; the driver's description says so.
    }

    public void Freeze() => SignalAll(Signals.Stop);

    public void Thaw() => SignalAll(Signals.Continue);

    public SandboxUsage Usage()
    {
        try
        {
            last = new(CpuTime(), Status("VmHWM:"));
        }
        catch (Exception ended) when (ended is IOException or InvalidDataException)
        {
            // What was counted last stands once the process has ended.
        }
        return last;
    }

    public bool IsRunnable() => ProcessTable.IsRunnable(counted);

    /// <summary>https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html</summary>
    public void ResetPeak() => KernelFile.Write($"/proc/{counted}/clear_refs", "5");

    public bool RanOutOfMemory() => false;

    public void KillAll()
    {
        for (var round = 0; round < MostRounds && SignalAll(Signals.Kill); round++) Thread.Yield();
        foreach (var process in Members().Where(process => process.HasEnded && process.Pid != first && process.Parent == Libc.getpid()).ToArray())
            Child.ReapOrphan(process.Pid);
        // While the first process is not waited for, its number, and so the session's, cannot become a stranger's. Afterwards it can.
        if (ProcessTable.Find(first) is null or { HasEnded: true }) first = 0;
    }

    public void ReapKilled()
    {
        // Those that are ours have been waited for when they were killed.
    }

    public bool TryRemove()
    {
        KillAll();
        return !Members().Any(process => !process.HasEnded);
    }

    public void Dispose()
    {
    }

    /// <returns>Whether there was any.</returns>
    private bool SignalAll(int signal)
    {
        var any = false;
        foreach (var process in Members().Where(process => !process.HasEnded).ToArray())
        {
            using var handle = Child.TryOpen(process.Pid);
            handle?.Signal(signal);
            any = true;
        }
        return any;
    }

    /// <summary>
    /// Only what is surely ours: without a first process there is no session (0 is the session of the system's own processes), and
    /// then the mark alone decides.
    /// </summary>
    private IEnumerable<ProcessEntry> Members() =>
        ProcessTable.All().Where(process =>
            (first > 0 && process.Session == first) || ProcessTable.HasVariable(process.Pid, MarkVariable, mark));

    private TimeSpan CpuTime()
    {
        const int userTime = 11, childrensSystemTime = 14; // counted from the state, which follows the name
        var text = File.ReadAllText($"/proc/{counted}/stat", Encoding.Latin1);
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = fields[userTime..(childrensSystemTime + 1)].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
        return TimeSpan.FromSeconds(ticks / ClockTicksPerSecond);
    }

    private long Status(string key)
    {
        const int kibibyte = 1024;
        var line = File.ReadLines($"/proc/{counted}/status").FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))
            ?? throw new InvalidDataException($"Process {counted} has no memory any more.");
        return long.Parse(line.AsSpan(key.Length).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture) * kibibyte;
    }
}
