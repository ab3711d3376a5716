using Aloft.Platform.Functions.Development;
using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>
/// The instances of one function version, and the invocations that wait for one. An invocation takes the idle instance that was
/// used last; where all are busy it waits, and another instance is started when the wait is expected to exceed, or has exceeded,
/// what a cold start takes.
/// </summary>
internal sealed class Fleet : IInstanceOwner
{
    readonly FunctionVersion function;
    readonly InstanceStarter starter;
    readonly TimeProvider time;
    readonly ITimer waitTimer;
    readonly Lock gate = new();
    readonly List<Instance> idle = []; // a stack: the last was used last
    readonly WaitingLine waiting = new();
    readonly ServiceTime service = new();
    readonly HashSet<Instance> instances = [];
    readonly DevInstances? developed; // where the code changes while it runs
    int starting;
    bool retired;
    bool stopped;
    bool waitTimerArmed;
    long lastUsed;
    long lastAnswer;

    public Fleet(FunctionVersion function, InstanceStarter starter, TimeProvider time)
    {
        (this.function, this.starter, this.time) = (function, starter, time);
        developed = function.Session is null ? null : new();
        waitTimer = time.CreateTimer(static self => ((Fleet)self!).LookAtWaiting(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public FunctionVersion Function => function;

    /// <summary>A debugger is attached to one process.</summary>
    int MostInstances => function.Session?.InspectPort is null ? int.MaxValue : 1;

    /// <summary>Takes charge of the invocation's answer; false when the fleet has been retired and is empty, so that a new one must.</summary>
    public bool Submit(Invocation invocation)
    {
        Instance? instance;
        var starts = 0;
        lock (gate)
        {
            if (retired && instances.Count + starting == 0)
                return false;
            lastUsed = time.GetTimestamp();

            instance = TakeIdle();
            if (instance is null)
            {
                invocation.QueuedAt = time.GetTimestamp();
                waiting.Add(invocation);
                starts = StartsByExpectation();
                starting += starts;
                ArmWaitTimer();
            }
        }
        if (instance is not null)
            instance.Run(invocation);
        else
            Start(starts);
        return true;
    }

    /// <summary>The one that was used last, for one invocation. Under the lock.</summary>
    Instance? TakeIdle()
    {
        if (idle.Count == 0)
            return null;
        var instance = idle[^1];
        idle.RemoveAt(idle.Count - 1);
        instance.InFlight = 1;
        return instance;
    }

    /// <summary>No instance of this version outlives its work from now on.</summary>
    public void Retire()
    {
        Instance[] leaving;
        lock (gate)
        {
            retired = true;
            leaving = [.. idle];
            idle.Clear();
        }
        foreach (var instance in leaving)
            instance.End();
    }

    /// <summary>Ends every instance at once, whatever it is running.</summary>
    public void EndAll()
    {
        Instance[] all;
        lock (gate)
        {
            stopped = true;
            all = [.. instances];
        }
        foreach (var instance in all)
            instance.Abandon();
    }

    /// <summary>Freezes what has been idle a moment and ends what has been idle long or has lived long.</summary>
    public void Tidy()
    {
        List<Instance>? leaving = null;
        lock (gate)
            for (var i = idle.Count - 1; i >= 0; i--)
            {
                var instance = idle[i];
                if ((developed is null && time.GetElapsedTime(instance.IdleSince) > Limits.ReapAfter)
                    || time.GetElapsedTime(instance.CreatedAt) > Limits.InstanceLifetime)
                {
                    (leaving ??= []).Add(instance);
                    idle.RemoveAt(i);
                }
                else if (developed is null && !instance.Frozen && time.GetElapsedTime(instance.IdleSince) > Limits.FreezeAfter)
                    instance.Freeze();
            }
        foreach (var instance in leaving ?? [])
            instance.End();
    }

    /// <summary>
    /// Of code that changes: the instances that are to load the change, or, where there is none, the start of one, and whether it had begun
    /// before.
    /// </summary>
    public (Instance[] Running, Task<StartResult>? Next, bool WasStarting) Hear(ReadOnlyMemory<byte> change)
    {
        Instance[] running;
        Task<StartResult>? next;
        bool wasStarting;
        lock (gate)
        {
            running = [.. instances];
            wasStarting = starting > 0;
            if (wasStarting && !change.IsEmpty)
                developed!.Missed(change);
            next = running.Length == 0 ? developed!.NextStart() : null;
            if (next is not null && !wasStarting)
                starting = 1;
        }
        if (next is not null && !wasStarting)
            Start(1);
        return (running, next, wasStarting);
    }

    /// <summary>Ends the instance that has been idle longest, to make room; false when none is idle.</summary>
    public bool EvictOne()
    {
        Instance oldest;
        lock (gate)
        {
            if (idle.Count == 0)
                return false;
            oldest = idle[0];
            idle.RemoveAt(0);
        }
        oldest.End();
        return true;
    }

    /// <summary>Since when its longest idle instance has had nothing to do, or null.</summary>
    public long? IdlestSince
    {
        get
        {
            lock (gate)
                return idle.Count > 0 ? idle[0].IdleSince : null;
        }
    }

    /// <summary>Nothing is left of it that the next invocation could use.</summary>
    public bool IsForgettable => IsEmpty && time.GetElapsedTime(Volatile.Read(ref lastUsed)) > Limits.ReapAfter;

    public bool IsEmpty
    {
        get
        {
            lock (gate)
                return instances.Count + starting == 0 && waiting.Count == 0;
        }
    }

    void IInstanceOwner.Free(Instance instance)
    {
        lock (gate)
        {
            lastAnswer = time.GetTimestamp();
            if (instances.Count > 0)
                service.Observe(instance.LastDuration);
            instance.InFlight--;
        }
        Feed(instance);
    }

    /// <summary>Gives the instance what waits, as much as it takes; else it is idle.</summary>
    void Feed(Instance instance)
    {
        while (Next(instance) is { } invocation)
            instance.Run(invocation);
    }

    Invocation? Next(Instance instance)
    {
        lock (gate)
        {
            var busy = instance.InFlight > 0;
            if (instance.InFlight < instance.Depth && waiting.TryPeek(out var first) && (!busy || first.Payload.Length <= Limits.PayloadSentAheadBytes))
            {
                instance.InFlight++;
                if (busy)
                    ArmWaitTimer();
                waiting.TryTake(out first);
                return first;
            }
            if (busy)
                return null;
            if (!retired)
            {
                idle.Add(instance);
                return null;
            }
        }
        instance.End();
        return null;
    }

    void IInstanceOwner.Gone(Instance instance)
    {
        int starts;
        lock (gate)
        {
            instances.Remove(instance);
            idle.Remove(instance);
            starts = StartForWaiting();
        }
        starter.Discard(instance);
        Start(starts);
    }

    void IInstanceOwner.Return(Instance instance, Invocation invocation)
    {
        Instance? other = null;
        var starts = 0;
        bool refused;
        lock (gate)
        {
            instance.InFlight--;
            refused = stopped; // nothing may start any more: nobody would end it
            if (!refused && (other = TakeIdle()) is null)
            {
                waiting.AddReturned(invocation);
                starts = StartForWaiting();
                ArmWaitTimer();
            }
        }
        if (refused)
            invocation.Complete(new(AnswerKind.NoSandbox, default, "This node is stopping."));
        other?.Run(invocation);
        Start(starts);
    }

    /// <summary>One start where somebody waits and there is no instance to wait for. Under the lock.</summary>
    int StartForWaiting()
    {
        var starts = instances.Count + starting == 0 && waiting.Count > 0 ? 1 : 0;
        starting += starts;
        return starts;
    }

    void Start(int count)
    {
        for (; count > 0; count--)
            _ = StartOne();
    }

    async Task StartOne()
    {
        var result = await starter.Start(function, this);
        ReadOnlyMemory<byte>[] owed = [];
        lock (gate)
        {
            if (result is StartResult.Started { Instance: var arrived })
            {
                starting--;
                instances.Add(arrived);
                lastAnswer = time.GetTimestamp();
                owed = developed?.Owed(starting > 0) ?? [];
            }
            developed?.Started(result);
        }
        switch (result)
        {
            case StartResult.Started started:
                started.Instance.Watch(started.InitDuration);
                foreach (var change in owed)
                    _ = ((ChannelInstance)started.Instance).Reload(change);
                Feed(started.Instance);
                return;
            case StartResult.InitFailed failed:
                GiveUp(1, failed.Answer, failed.Log);
                return;
            case StartResult.NoRoom:
                GiveUp(int.MaxValue, static _ => new(AnswerKind.NoRoom, default), log: null);
                return;
            case StartResult.NoSandbox none:
                GiveUp(1, _ => new(AnswerKind.NoSandbox, default, none.Reason), log: null);
                return;
        }
    }

    /// <summary>
    /// A start came to nothing: answers the invocations that waited for it. Where room is short, those with an instance to wait for go
    /// on waiting; where another start is owed, it is made.
    /// </summary>
    void GiveUp(int atMost, Func<Invocation, InvocationAnswer> answer, Action<Invocation>? log)
    {
        var answered = new List<Invocation>();
        int starts;
        lock (gate)
        {
            starting--;
            if (atMost == 1 || instances.Count + starting == 0)
                while (answered.Count < atMost && waiting.TryTake(out var invocation))
                    answered.Add(invocation);
            starts = StartForWaiting();
        }
        foreach (var invocation in answered)
        {
            log?.Invoke(invocation);
            invocation.Complete(answer(invocation));
        }
        Start(starts);
    }

    /// <summary>
    /// How many instances to start for those who wait now. Each instance serves TolerableWait ÷ service time of them in tolerable
    /// time; a function that has never answered gets an instance for each.
    /// </summary>
    int StartsByExpectation()
    {
        if (instances.Count + starting == 0)
            return 1;
        if (starting >= Limits.StartsAtOncePerFunction || instances.Count + starting >= MostInstances)
            return 0;
        if (!service.IsKnown)
            return waiting.Count > starting ? 1 : 0;

        var excess = waiting.Count - (instances.Count + starting) * service.AnsweredWithin(Limits.TolerableWait);
        return excess > 0 && starting < waiting.Count ? 1 : 0;
    }

    /// <summary>
    /// The expectation was wrong where somebody waits and no instance has answered for a while. First, what was sent ahead of a slow
    /// invocation is asked back. Then one more instance is started, each time we look. While answers come, the wait is the machine's
    /// load, which more instances would only add to.
    /// </summary>
    void LookAtWaiting()
    {
        List<Instance> slow;
        var starts = 0;
        lock (gate)
        {
            waitTimerArmed = false;
            slow = [.. instances.Where(instance => instance.InFlight > 1)];
            if (waiting.Count + slow.Count == 0)
                return;

            ArmWaitTimer();
            var silence = time.GetElapsedTime(lastAnswer);
            if (silence < Limits.TolerableWait)
                return;

            var overdue = waiting.TryPeek(out var first) && time.GetElapsedTime(first.QueuedAt) >= Limits.TolerableWait;
            if (overdue && silence >= Limits.SilenceBeforeStart && instances.Count + starting < MostInstances
                && starting < Math.Min(waiting.Count, Limits.StartsAtOncePerFunction))
                starting += starts = 1; // one a look: a pause of the whole machine makes everybody overdue at once
        }
        slow.ForEach(static instance => instance.Recall());
        Start(starts);
    }

    void ArmWaitTimer()
    {
        if (waitTimerArmed)
            return;
        waitTimerArmed = true;
        waitTimer.Change(Limits.TolerableWait, Timeout.InfiniteTimeSpan);
    }
}
