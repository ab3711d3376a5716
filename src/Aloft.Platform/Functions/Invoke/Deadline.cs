namespace Aloft.Platform.Functions.Invoke;

/// <summary>
/// One timer for the invocations of an instance, moved lazily: when it will fire before the new deadline it is left alone and looks
/// again then, so that a busy instance pays a few loads for each invocation, not a timer change.
/// </summary>
/// <param name="reached">Called when the deadline has passed. It may be one that was set anew meanwhile: look again.</param>
internal sealed class Deadline : IAsyncDisposable
{
    const long None = long.MinValue;

    readonly TimeProvider time;
    readonly Action reached;
    readonly ITimer timer;
    long due = None;
    long armedFor = None;

    public Deadline(TimeProvider time, Action reached)
    {
        (this.time, this.reached) = (time, reached);
        timer = time.CreateTimer(static self => ((Deadline)self!).Fired(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <param name="from">A timestamp of the <see cref="TimeProvider"/>.</param>
    public void Set(long from, TimeSpan after)
    {
        Volatile.Write(ref due, from + (long)(after.TotalSeconds * time.TimestampFrequency));
        // Pairs with the exchange in Fired: either it sees the new deadline, or we see that it has fired.
        Interlocked.MemoryBarrier();
        var armed = Volatile.Read(ref armedFor);
        if (armed != None && armed >= from && armed <= due)
            return;
        Volatile.Write(ref armedFor, due);
        timer.Change(after, Timeout.InfiniteTimeSpan);
    }

    public void Clear() => Volatile.Write(ref due, None);

    void Fired()
    {
        Interlocked.Exchange(ref armedFor, None);
        var at = Volatile.Read(ref due);
        if (at == None)
            return;

        var left = at - time.GetTimestamp();
        if (left <= 0)
        {
            reached();
            return;
        }
        Volatile.Write(ref armedFor, at);
        timer.Change(TimeSpan.FromSeconds((double)left / time.TimestampFrequency) + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }

    public ValueTask DisposeAsync() => timer.DisposeAsync();
}
