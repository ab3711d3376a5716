using System.Runtime;

namespace Aloft.Node;

/// <summary>
/// Gives memory back once the node has become idle: the collector by itself keeps what a busy time took, for the next one. It looks at
/// the rate of allocation, so it needs to know of nothing else.
/// </summary>
internal sealed class IdleTrim : IAsyncDisposable
{
    /// <summary>A node that serves nobody allocates less than this between two looks.</summary>
    const long IdleBytes = 512 * 1024;

    /// <summary>Less than this is not worth a pause of some ten milliseconds.</summary>
    const long WorthwhileBytes = 16 * 1024 * 1024;

    static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    readonly ITimer timer;
    long lastLook;
    long lastTrim;

    public IdleTrim(TimeProvider time) => timer = time.CreateTimer(_ => Look(), null, LookEvery, LookEvery);

    void Look()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        var isIdle = allocated - lastLook < IdleBytes;
        lastLook = allocated;
        if (!isIdle || allocated - lastTrim < WorthwhileBytes)
            return;
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        lastTrim = GC.GetTotalAllocatedBytes();
    }

    public ValueTask DisposeAsync() => timer.DisposeAsync();
}
