namespace Aloft.Platform.Functions.Concurrency;

/// <summary>
/// The node's memory for instances, counted by their limits, so that what has been admitted can never exceed what the machine has.
/// </summary>
internal sealed class MemoryBudget(long totalMegabytes)
{
    long used;
    long leaving; // of what is used
    TaskCompletionSource given = NewSignal();

    public long TotalMegabytes => totalMegabytes;

    public long UsedMegabytes => Volatile.Read(ref used);

    /// <param name="kept">What is to stay free for others.</param>
    public bool TryTake(int megabytes, long kept = 0) => Bounded.TryTake(ref used, megabytes, totalMegabytes - kept);

    public void Give(int megabytes)
    {
        Interlocked.Add(ref used, -megabytes);
        Interlocked.Exchange(ref given, NewSignal()).SetResult();
    }

    /// <summary>An instance has been ended: its memory comes back by <see cref="GiveLeft"/>, when its sandbox is gone.</summary>
    public void Leave(int megabytes) => Interlocked.Add(ref leaving, megabytes);

    public void GiveLeft(int megabytes)
    {
        Interlocked.Add(ref leaving, -megabytes);
        Give(megabytes);
    }

    /// <summary>
    /// What must go for there to be room, beside those who are going; nothing or less where there will be. Others may take it first.
    /// </summary>
    public long Lacks(int megabytes, long kept = 0) =>
        Volatile.Read(ref used) - Volatile.Read(ref leaving) + megabytes - (totalMegabytes - kept);

    /// <summary>Completes when memory comes back. To be taken before one looks whether there is room.</summary>
    public Task NextGiven => Volatile.Read(ref given).Task;

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Nine tenths of what this process may use: the machine's memory or its cgroup's limit.</summary>
    public static MemoryBudget OfThisMachine() => new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 10 * 9 / (1024 * 1024));
}
