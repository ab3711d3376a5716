using System.Globalization;

namespace Aloft.Sandbox.Groups;

/// <summary>One sandbox's groups of version 1, under the same name in each controller's hierarchy.</summary>
internal sealed class CgroupV1 : IResourceGroup
{
    private const int SharesAtDefaultWeight = 1024, DefaultWeight = 100, LeastShares = 2, MostShares = 262_144;

    private readonly Func<string, string> folderOf;
    private readonly string[] allFolders;
    private readonly DyingProcesses dying = new();
    private readonly KernelFile cpu, peak, memoryEvents, freezer;

    internal CgroupV1(Func<string, string> folderOf, string[] allFolders)
    {
        (this.folderOf, this.allFolders) = (folderOf, allFolders);
        cpu = new(File("cpuacct", "cpuacct.usage"));
        peak = new(File("memory", "memory.max_usage_in_bytes"), FileAccess.ReadWrite);
        memoryEvents = new(File("memory", "memory.oom_control"));
        freezer = new(File("freezer", "freezer.state"), FileAccess.ReadWrite);
    }

    public void Adopt(int pid)
    {
        foreach (var controller in CgroupTreeV1.Controllers) KernelFile.Write(File(controller, "cgroup.procs"), Text(pid));
    }

    public void SetLimits(SandboxLimits limits)
    {
        SetMemory(limits.MemoryBytes);
        KernelFile.Write(File("cpu", "cpu.cfs_period_us"), Text(CpuQuota.PeriodMicroseconds));
        KernelFile.Write(File("cpu", "cpu.cfs_quota_us"), Text(CpuQuota.Microseconds(limits.CpuCores)));
        var shares = (long)limits.CpuWeight * SharesAtDefaultWeight / DefaultWeight;
        KernelFile.Write(File("cpu", "cpu.shares"), Text(Math.Clamp(shares, LeastShares, MostShares)));
        KernelFile.Write(File("pids", "pids.max"), Text(limits.MaxProcesses));
    }

    /// <summary>Memory with swap may never be limited lower than memory alone, so the order depends on the direction.</summary>
    private void SetMemory(long bytes)
    {
        var (memory, withSwap) = (File("memory", "memory.limit_in_bytes"), File("memory", "memory.memsw.limit_in_bytes"));
        var raising = bytes > long.Parse(System.IO.File.ReadAllText(memory), CultureInfo.InvariantCulture);
        if (raising) KernelFile.WriteIfPresent(withSwap, Text(bytes));
        KernelFile.Write(memory, Text(bytes));
        if (!raising) KernelFile.WriteIfPresent(withSwap, Text(bytes));
    }

    public void Freeze()
    {
        freezer.Write("FROZEN"u8);
        var start = TimeProvider.System.GetTimestamp();
        // Every reading makes the kernel look again whether all have stopped.
        while (!freezer.Contains("FROZEN"u8))
        {
            if (TimeProvider.System.GetElapsedTime(start) > Limits.Freeze)
            {
                Thaw(); // those that have stopped already: nobody would know that they must be
                throw new SandboxException("The sandbox's processes do not stop.");
            }
            Thread.Yield();
        }
    }

    public void Thaw() => freezer.Write("THAWED"u8);

    public SandboxUsage Usage() => new(TimeSpan.FromTicks(cpu.ReadNumber() / TimeSpan.NanosecondsPerTick), peak.ReadNumber());

    public bool IsRunnable() => CgroupTree.IsRunnable(folderOf("freezer"));

    public void ResetPeak() => peak.Write("0"u8);

    public bool RanOutOfMemory() => memoryEvents.ReadNumber("oom_kill"u8) > 0;

    public void KillAll()
    {
        if (Members().Length == 0) return;
        freezer.Write("FROZEN"u8); // so that none forks away while we go through them
        dying.Kill(Members());
        Thaw(); // a frozen process does not die of a signal in version 1
    }

    public void ReapKilled() => dying.ReapOurs();

    public bool TryRemove()
    {
        KillAll();
        var removed = dying.Reap();
        foreach (var folder in allFolders) removed &= CgroupTree.TryRemove(folder);
        return removed;
    }

    public void Dispose()
    {
        dying.Dispose();
        foreach (var file in (KernelFile[])[cpu, peak, memoryEvents, freezer]) file.Dispose();
    }

    private int[] Members() => CgroupTree.Members(folderOf("freezer"));

    private string File(string controller, string name) => $"{folderOf(controller)}/{name}";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
