namespace Aloft.Platform.Functions.Concurrency;

/// <summary>
/// The node's memory for instances, counted by their limits, so that what has been admitted can never exceed what the machine has.
/// </summary>
internal sealed class MemoryBudget(long totalMegabytes)
{
    long used;

    public long TotalMegabytes => totalMegabytes;

    public long UsedMegabytes => Volatile.Read(ref used);

    /// <param name="kept">What is to stay free for others.</param>
    public bool TryTake(int megabytes, long kept = 0)
    {
        if (Interlocked.Add(ref used, megabytes) <= totalMegabytes - kept)
            return true;
        Interlocked.Add(ref used, -megabytes);
        return false;
    }

    public void Give(int megabytes) => Interlocked.Add(ref used, -megabytes);

    /// <summary>Nine tenths of what this process may use: the machine's memory or its cgroup's limit.</summary>
    public static MemoryBudget OfThisMachine() => new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 10 * 9 / (1024 * 1024));
}
