using System.Globalization;

namespace Aloft.Sandbox.Groups;

/// <summary>One sandbox's group of version 2.</summary>
internal sealed class CgroupV2 : IResourceGroup
{
    private readonly string folder;
    private readonly DyingProcesses dying = new();
    private readonly KernelFile cpu, memoryEvents, freezer, events;
    private readonly KernelFile? peak, current; // the one, or where the kernel has none, the other
    private bool peakCanBeReset;
    private long highestSeen;

    internal CgroupV2(string folder)
    {
        this.folder = folder;
        cpu = new($"{folder}/cpu.stat");
        memoryEvents = new($"{folder}/memory.events");
        freezer = new($"{folder}/cgroup.freeze", FileAccess.ReadWrite);
        events = new($"{folder}/cgroup.events");
        (peak, peakCanBeReset) = OpenPeak($"{folder}/memory.peak");
        if (peak is null) current = new($"{folder}/memory.current");
        KernelFile.WriteIfPresent($"{folder}/memory.oom.group", "1"); // half a function is no function
    }

    public void Adopt(int pid) => KernelFile.Write($"{folder}/cgroup.procs", Text(pid));

    public void SetLimits(SandboxLimits limits)
    {
        KernelFile.WriteIfPresent($"{folder}/memory.swap.max", "0");
        KernelFile.Write($"{folder}/memory.max", Text(limits.MemoryBytes));
        KernelFile.Write($"{folder}/cpu.max", $"{Text(CpuQuota.Microseconds(limits.CpuCores))} {Text(CpuQuota.PeriodMicroseconds)}");
        KernelFile.Write($"{folder}/cpu.weight", Text(limits.CpuWeight));
        KernelFile.Write($"{folder}/pids.max", Text(limits.MaxProcesses));
    }

    public void Freeze()
    {
        freezer.Write("1"u8);
        if (events.WaitForChange(static file => file.ReadNumber("frozen"u8) == 1, Limits.Freeze)) return;
        Thaw(); // those that have stopped already: nobody would know that they must be
        throw new SandboxException("The sandbox's processes do not stop.");
    }

    public void Thaw() => freezer.Write("0"u8);

    public SandboxUsage Usage()
    {
        if (current is not null) highestSeen = Math.Max(highestSeen, current.ReadNumber());
        var cpuTime = TimeSpan.FromTicks(cpu.ReadNumber("usage_usec"u8) * TimeSpan.TicksPerMicrosecond);
        return new(cpuTime, peak?.ReadNumber() ?? highestSeen);
    }

    public bool IsRunnable() => CgroupTree.IsRunnable(folder);

    public void ResetPeak()
    {
        highestSeen = 0;
        if (!peakCanBeReset) return;
        try
        {
            peak!.Write("0"u8);
        }
        catch (IOException)
        {
            peakCanBeReset = false; // an older kernel: the peak stays that of the sandbox's life
        }
    }

    public bool RanOutOfMemory() => memoryEvents.ReadNumber("oom_kill"u8) > 0;

    public void KillAll()
    {
        if (CgroupTree.Members(folder) is not { Length: > 0 } members) return;
        if (!File.Exists($"{folder}/cgroup.kill")) freezer.Write("1"u8); // so that none forks away while we go through them
        else KernelFile.Write($"{folder}/cgroup.kill", "1"); // since Linux 5.14: all at once
        dying.Kill(members);
        Thaw();
    }

    public void ReapKilled() => dying.ReapOurs();

    public bool TryRemove()
    {
        KillAll();
        return dying.Reap() & CgroupTree.TryRemove(folder);
    }

    public void Dispose()
    {
        dying.Dispose();
        foreach (var file in (KernelFile?[])[cpu, current, memoryEvents, freezer, events, peak]) file?.Dispose();
    }

    /// <summary>memory.peak exists since Linux 5.19 and can be reset, for one open file at a time, since 6.12.</summary>
    private static (KernelFile?, bool) OpenPeak(string path)
    {
        if (!File.Exists(path)) return (null, false);
        try
        {
            return (new(path, FileAccess.ReadWrite), true);
        }
        catch (UnauthorizedAccessException)
        {
            return (new(path), false);
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
