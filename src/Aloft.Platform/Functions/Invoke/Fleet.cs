using Aloft.Platform.Functions.Development;
using Aloft.Platform.Functions.Provisioning;
using Aloft.Platform.Functions.Registry;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>
/// The instances of one function version, and the invocations that wait for one. An invocation takes an idle instance; where all are
/// busy it waits, and another instance is started when <see cref="ScaleOut"/> says so. What is provisioned is kept beside that.
/// </summary>
internal sealed class Fleet : IInstanceOwner
{
    static readonly InvocationAnswer Stopping = new(AnswerKind.NoSandbox, default, "This node is stopping.");

    readonly FunctionVersion function;
    readonly InstanceStarter starter;
    readonly TimeProvider time;
    readonly WaitTimer waitTimer;
    readonly Lock gate = new();
    readonly IdleInstances idle;
    readonly ProvisionedInstances provisioned;
    readonly ScaleOut scaleOut;
    readonly Crowding crowding;
    readonly WaitingLine waiting = new();
    readonly HashSet<Instance> instances = [];
    readonly DevInstances? developed; // where the code changes while it runs
    int starting;
    bool retired;
    bool stopped;
    bool roomIsShort; // there was none for the last that was to start
    long lastUsed;

    public Fleet(FunctionVersion function, InstanceStarter starter, TimeProvider time)
    {
        (this.function, this.starter, this.time) = (function, starter, time);
        developed = function.Session is null ? null : new();
        (idle, provisioned, scaleOut, crowding) = (new(time, awake: developed is not null), new(time), new(time), new(starter.Processors, time));
        waitTimer = new(LookAtWaiting, time);
    }

    public FunctionVersion Function => function;

    /// <summary>It may have no further instance: a debugger is attached to one process.</summary>
    bool IsFull => function.Session?.InspectPort is not null && instances.Count + starting > 0;

    /// <summary>Takes charge of the invocation's answer; false when the fleet has been retired and is empty, so that a new one must.</summary>
    public bool Submit(Invocation invocation)
    {
        Instance? instance;
        var starts = 0;
        lock (gate)
        {
            if (retired && instances.Count + starting == 0)
                return false;
            lastUsed = invocation.QueuedAt = time.GetTimestamp();

            instance = idle.Take();
            if (instance is null)
            {
                waiting.Add(invocation);
                starts = IsFull ? 0 : scaleOut.ByExpectation(waiting.Count, instances.Count, starting, crowding.IsPossible(instances.Count + starting));
                starting += starts;
                waitTimer.Arm();
            }
        }
        if (instance is not null)
            instance.Run(invocation);
        else
            Start(starts);
        return true;
    }

    /// <summary>No instance of this version outlives its work from now on.</summary>
    public void Retire()
    {
        Instance[] leaving;
        lock (gate)
        {
            retired = true;
            leaving = idle.TakeAll();
        }
        foreach (var instance in leaving)
            instance.End();
    }

    /// <summary>Ends every instance at once, whatever it is running.</summary>
    public void EndAll()
    {
        Instance[] all;
        List<Invocation> refused;
        lock (gate)
        {
            stopped = true;
            all = [.. instances];
            refused = waiting.TakeOlder(than: TimeSpan.Zero, time);
        }
        refused.ForEach(static invocation => invocation.Complete(Stopping));
        foreach (var instance in all)
            instance.Abandon();
    }

    /// <summary>Freezes what has been idle a moment and ends what has been idle long or has lived long.</summary>
    public void Tidy()
    {
        IReadOnlyList<Instance> leaving, resting;
        lock (gate)
            (leaving, resting) = (idle.TakeOutlived(), idle.TakeThawed());
        foreach (var instance in leaving)
            instance.End();
        foreach (var instance in resting)
        {
            try
            {
                instance.Freeze(); // not under the lock: it may take long
            }
            catch (SandboxException fault)
            {
                starter.CannotFreeze(function, fault);
                instance.End();
                continue;
            }
            Feed(instance);
        }
    }

    /// <summary>Of code that changes: who is to load the change. Where there is no instance, one is started.</summary>
    public HeardChange Hear(ReadOnlyMemory<byte> change)
    {
        HeardChange heard;
        lock (gate)
        {
            heard = developed!.Hear(change, instances, starting);
            starting += heard.Starts;
        }
        Start(heard.Starts);
        return heard;
    }

    /// <summary>Ends the instance that has been idle longest, to make room; false when none is idle that may go.</summary>
    public bool EvictOne()
    {
        Instance? oldest;
        lock (gate)
            oldest = idle.TakeOldest();
        oldest?.End();
        return oldest is not null;
    }

    /// <summary>Since when the instance that <see cref="EvictOne"/> would end has had nothing to do, or null; what all that may go have.</summary>
    public (long? IdlestSince, long Megabytes) Evictable
    {
        get { lock (gate) return (idle.OldestSince, (long)idle.OnDemand * function.MemoryMegabytes); }
    }

    /// <summary>What it holds of what is provisioned.</summary>
    public Allocation Allocation
    {
        get { lock (gate) return provisioned.Allocation; }
    }

    /// <summary>Keeps so many instances initialised from now on. To be called again and again: it replaces what has gone since.</summary>
    public void Provision(int count)
    {
        int starts;
        List<Instance> leaving;
        lock (gate)
        {
            provisioned.Want(retired || stopped ? 0 : count);
            var hasFailed = provisioned.HasFailed;
            starts = provisioned.Due();
            leaving = [.. provisioned.Surplus(retries: hasFailed && starts > 0).Where(idle.Remove)];
        }
        foreach (var instance in leaving)
            instance.End();
        Start(starts, InitializationType.Provisioned);
    }

    /// <summary>Nothing is left of it that the next invocation could use.</summary>
    public bool IsForgettable => IsEmpty && provisioned.Wanted == 0 && time.GetElapsedTime(Volatile.Read(ref lastUsed)) > Limits.ReapAfter;

    public bool IsEmpty
    {
        get { lock (gate) return instances.Count + starting + provisioned.Starting == 0 && waiting.Count == 0; }
    }

    void IInstanceOwner.Free(Instance instance)
    {
        lock (gate)
        {
            scaleOut.Answered(instance.LastDuration);
            instance.InFlight--;
        }
        Feed(instance);
    }

    /// <summary>Gives the instance what waits, as much as it takes; else it is idle.</summary>
    void Feed(Instance instance)
    {
        for (var isFree = true; Next(instance, isFree) is { } invocation; isFree = false)
            instance.Run(invocation);
    }

    /// <param name="isFree">
    /// False for one that has just been given something: if it has answered meanwhile, whoever heard the answer decides about it.
    /// </param>
    Invocation? Next(Instance instance, bool isFree)
    {
        lock (gate)
        {
            var busy = instance.InFlight > 0;
            if (!busy && (!isFree || !instances.Contains(instance)))
                return null;
            var yields = !busy && (instance.IsProvisioned ? provisioned.IsSurplus(instance)
                : instance.IsOld || (instances.Count > 1 && starter.TakesRoomFromMe()));
            if (!yields && instance.InFlight < instance.Depth && waiting.TryPeek(out var first)
                && (!busy || first.Payload.Length <= Limits.PayloadSentAheadBytes))
            {
                instance.InFlight++;
                if (busy)
                    waitTimer.Arm();
                waiting.TryTake(out first);
                return first;
            }
            if (busy)
                return null;
            if (!retired && !yields)
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
            provisioned.Gone(instance);
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
            if (!refused && (other = idle.Take()) is null)
            {
                waiting.AddReturned(invocation);
                starts = StartForWaiting();
                waitTimer.Arm();
            }
        }
        if (refused)
            invocation.Complete(Stopping);
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

    void Start(int count, InitializationType type = InitializationType.OnDemand)
    {
        for (; count > 0; count--)
            _ = StartOne(type);
    }

    async Task StartOne(InitializationType type)
    {
        var result = await starter.Start(function, this, type);
        ReadOnlyMemory<byte>[] owed;
        lock (gate)
        {
            if (result is StartResult.Started { Instance: var arrived })
            {
                instances.Add(arrived);
                if (type == InitializationType.Provisioned)
                    provisioned.Started(arrived);
                else
                    starting--;
                scaleOut.Started();
                roomIsShort = false;
            }
            owed = developed?.Started(result, othersAreStarting: starting > 0) ?? [];
        }
        switch (result)
        {
            case StartResult.Started { Instance: var instance, InitDuration: var took }:
                instance.Watch(type == InitializationType.OnDemand ? took : null);
                foreach (var change in owed)
                    _ = ((ChannelInstance)instance).Reload(change);
                Feed(instance);
                return;
            case StartResult.NotStarted none when type == InitializationType.Provisioned:
                lock (gate)
                    provisioned.Failed(none.Reason);
                return;
            case StartResult.NoRoom { Ever: true }:
                lock (gate)
                {
                    starting--;
                    roomIsShort = true; // who waits goes on waiting, and it is tried again: instances become idle, or end
                }
                return;
            case StartResult.NotStarted none:
                GiveUp(none);
                return;
        }
    }

    /// <summary>Answers the first of those who waited for an instance; where another start is owed to the others, it is made.</summary>
    void GiveUp(StartResult.NotStarted none)
    {
        Invocation? first;
        int starts;
        lock (gate)
        {
            starting--;
            waiting.TryTake(out first);
            starts = StartForWaiting();
        }
        first?.Complete(none.Answer(first));
        Start(starts);
    }

    /// <summary>
    /// Somebody has waited for a while. What was sent ahead of a slow invocation is asked back. Then one more instance is started, each
    /// time we look, where that is due. Who has waited long for room, and has no instance to wait for, is refused.
    /// </summary>
    void LookAtWaiting()
    {
        List<Instance> slow = [], busy = [];
        List<Invocation> refused = [];
        var (expected, since, isSilent) = (0, 0L, false);
        lock (gate)
        {
            waitTimer.HasStruck();
            var ahead = instances.Where(instance => instance.InFlight > 1);
            if (waiting.Count == 0 && !ahead.Any())
                return;

            waitTimer.Arm();
            if (scaleOut.Silence >= Limits.TolerableWait)
                slow.AddRange(ahead);
            if (roomIsShort && instances.Count + starting == 0)
            {
                refused = waiting.TakeOlder(than: Limits.WaitForRoom, time);
                starter.WantRoom();
            }
            if (!IsFull && waiting.TryPeek(out var first))
            {
                since = first.QueuedAt;
                if (instances.Count == 0 || !starter.IsRoomWanted)
                    expected = scaleOut.AtLook(waiting.Count, since, instances.Count, starting);
                busy.AddRange(instances.Where(instance => instance.InFlight > 0));
                isSilent = expected == 0 && !starter.IsRoomWanted && scaleOut.IsSilent(waiting.Count, since, starting)
                    && (busy.Count > 0 || instances.Count == 0); // else one is about to take up what waits
            }
        }
        var starts = (expected > 0 || isSilent) && !crowding.Forbids(busy, since) ? StartsDue(expected, busy) : 0;
        slow.ForEach(static instance => instance.Recall());
        refused.ForEach(static invocation => invocation.Complete(new(AnswerKind.NoRoom, default)));
        Start(starts);
    }

    /// <param name="expected">How many are due since the wait would be long; where none are, the silence counts.</param>
    /// <param name="busy">Whom those who wait would wait for.</param>
    int StartsDue(int expected, List<Instance> busy)
    {
        var starved = expected > 0 ? 0 : busy.Count(static instance => instance.IsStarved); // it reads files: not under the lock
        if (starved > 0 && starved == busy.Count && scaleOut.MayBeStarved)
            return 0;
        lock (gate)
        {
            var starts = expected > 0 ? expected : ScaleOut.ForSilence(mayBeLoad: starved > 0 || busy.Count == 0, waiting.Count, starting);
            starting += starts;
            return starts;
        }
    }
}
