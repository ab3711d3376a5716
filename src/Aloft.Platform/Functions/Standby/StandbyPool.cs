using Aloft.Sandbox;
using Microsoft.Extensions.Logging;

namespace Aloft.Platform.Functions.Standby;

/// <summary>
/// Sandboxes of one runtime, booted and idle with no user code. A cold start takes one; the pool refills behind. Its size follows
/// demand: it grows when it is found empty and shrinks back when it is not.
/// </summary>
internal sealed partial class StandbyPool(InstalledRuntime runtime, SandboxBooter booter, TimeProvider time, ILogger log, CancellationToken stop)
{
    static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);
    static readonly TimeSpan ShrinkAfter = TimeSpan.FromSeconds(30);

    readonly Lock gate = new();
    readonly Stack<BootedSandbox> ready = new();
    readonly Queue<TaskCompletionSource<BootedSandbox>> waiting = new();
    int booting;
    int target = Limits.StandbysAtRest;
    long lastEmptyAt;
    bool pausing;

    public int Ready
    {
        get
        {
            lock (gate)
                return ready.Count;
        }
    }

    /// <summary>Begins to fill, in the background.</summary>
    public void Start() => Refill();

    /// <summary>A standby at once, or the next one to be booted. Cancelled where none will be, since the node stops.</summary>
    public Task<BootedSandbox> Take()
    {
        var dead = new List<BootedSandbox>();
        Task<BootedSandbox>? taken = null;
        lock (gate)
        {
            while (taken is null && ready.TryPop(out var standby))
                if (standby.IsAlive)
                    taken = Task.FromResult(standby);
                else
                    dead.Add(standby);

            if (taken is null)
            {
                target = Math.Min(target + 1, Limits.StandbysAtMost);
                lastEmptyAt = time.GetTimestamp();
                var arrival = new TaskCompletionSource<BootedSandbox>();
                waiting.Enqueue(arrival);
                taken = arrival.Task;
            }
        }
        Refill();
        foreach (var standby in dead)
            _ = standby.DisposeAsync().AsTask();
        return taken;
    }

    /// <summary>Shrinks an over-grown pool by one; called from time to time.</summary>
    public async ValueTask Tidy()
    {
        BootedSandbox? surplus = null;
        lock (gate)
            if (target > Limits.StandbysAtRest && time.GetElapsedTime(lastEmptyAt) > ShrinkAfter)
            {
                target--;
                lastEmptyAt = time.GetTimestamp();
                if (ready.Count > target)
                    surplus = ready.Pop();
            }
        if (surplus is not null)
            await surplus.DisposeAsync();
    }

    /// <summary>Removes the standbys that are there. Boots in flight end with the node's stop.</summary>
    public async ValueTask Drain()
    {
        List<BootedSandbox> all;
        lock (gate)
        {
            all = [.. ready];
            ready.Clear();
            target = 0;
        }
        foreach (var standby in all)
            await standby.DisposeAsync();
    }

    void Refill()
    {
        int starts;
        var unserved = new List<TaskCompletionSource<BootedSandbox>>();
        lock (gate)
        {
            // After a failure only those who wait are worth a try at once.
            var wanted = waiting.Count + (pausing ? 0 : target - ready.Count);
            starts = stop.IsCancellationRequested ? 0 : Math.Max(0, wanted - booting);
            booting += starts;
            while (waiting.Count > booting) // the node stops
                unserved.Add(waiting.Dequeue());
        }
        foreach (var taker in unserved)
            taker.SetCanceled(stop);
        for (; starts > 0; starts--)
            _ = Boot();
    }

    async Task Boot()
    {
        await Task.Yield(); // off the caller's thread: it is on its way to run an invocation
        BootedSandbox? booted = null;
        Exception? failure = null;
        try
        {
            booted = await booter.Boot(runtime, code: null, stop);
        }
        catch (Exception fault) // of whatever kind: somebody waits
        {
            failure = fault;
        }

        TaskCompletionSource<BootedSandbox>? taker;
        bool surplus;
        lock (gate)
        {
            booting--;
            waiting.TryDequeue(out taker);
            surplus = booted is not null && taker is null && (ready.Count >= target || stop.IsCancellationRequested);
            if (booted is not null && taker is null && !surplus)
                ready.Push(booted);
        }

        if (booted is not null)
        {
            taker?.SetResult(booted);
            if (surplus)
                await booted.DisposeAsync();
        }
        else
        {
            if (!stop.IsCancellationRequested)
                BootFailed(log, runtime.Language, failure!.Message);
            taker?.SetException(failure!);
            await Pause();
        }
        Refill();
    }

    async Task Pause()
    {
        lock (gate)
        {
            if (pausing)
                return;
            pausing = true;
        }
        await Task.Delay(PauseAfterFailure, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (gate)
            pausing = false;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A {Language} standby could not be booted: {Reason}")]
    static partial void BootFailed(ILogger log, Language language, string reason);
}
