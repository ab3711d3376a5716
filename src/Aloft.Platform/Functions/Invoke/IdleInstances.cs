namespace Aloft.Platform.Functions.Invoke;

/// <summary>
/// The instances of a fleet that have nothing to do. Provisioned ones are used before others, so that others can go; of either kind the
/// one that was used last. Not thread-safe.
/// </summary>
/// <param name="awake">They are neither frozen nor ended for idleness: their code changes while they wait.</param>
internal sealed class IdleInstances(TimeProvider time, bool awake)
{
    readonly bool awake = awake;
    readonly List<Instance> onDemand = []; // stacks: the last was used last
    readonly List<Instance> provisioned = [];

    /// <summary>Since when the on-demand instance that was used longest ago has been idle, or null.</summary>
    public long? OldestSince => onDemand.Count > 0 ? onDemand[0].IdleSince : null;

    /// <summary>How many there are that may go to make room.</summary>
    public int OnDemand => onDemand.Count;

    public void Add(Instance instance)
    {
        var stack = StackOf(instance);
        var place = stack.Count;
        while (place > 0 && stack[place - 1].IdleSince > instance.IdleSince)
            place--; // it was away to be frozen
        stack.Insert(place, instance);
    }

    public bool Remove(Instance instance) => StackOf(instance).Remove(instance);

    /// <summary>For one invocation.</summary>
    public Instance? Take()
    {
        var instance = TakeLast(provisioned) ?? TakeLast(onDemand);
        if (instance is not null)
            instance.InFlight = 1;
        return instance;
    }

    /// <summary>The on-demand instance that was used longest ago: what is provisioned is not to go.</summary>
    public Instance? TakeOldest()
    {
        if (onDemand.Count == 0)
            return null;
        var oldest = onDemand[0];
        onDemand.RemoveAt(0);
        return oldest;
    }

    public Instance[] TakeAll()
    {
        Instance[] all = [.. onDemand, .. provisioned];
        onDemand.Clear();
        provisioned.Clear();
        return all;
    }

    /// <summary>Takes what has been idle long or has lived long, of those on demand, to be ended.</summary>
    public IReadOnlyList<Instance> TakeOutlived()
    {
        List<Instance>? taken = null;
        Take(onDemand, ref taken, static (idle, instance) => instance.IsOld || (!idle.awake && idle.HasRested(instance, Limits.ReapAfter)));
        return taken ?? (IReadOnlyList<Instance>)[];
    }

    /// <summary>Takes what has been idle a moment and is not frozen, to be frozen and added again.</summary>
    public IReadOnlyList<Instance> TakeThawed()
    {
        List<Instance>? taken = null;
        foreach (var stack in (ReadOnlySpan<List<Instance>>)[onDemand, provisioned])
            Take(stack, ref taken, static (idle, instance) => !idle.awake && !instance.Frozen && idle.HasRested(instance, Limits.FreezeAfter));
        return taken ?? (IReadOnlyList<Instance>)[];
    }

    bool HasRested(Instance instance, TimeSpan forLong) => time.GetElapsedTime(instance.IdleSince) > forLong;

    /// <summary>Allocates nothing where there is nothing to take: every fleet is looked at several times a second.</summary>
    void Take(List<Instance> stack, ref List<Instance>? taken, Func<IdleInstances, Instance, bool> which)
    {
        for (var i = stack.Count - 1; i >= 0; i--)
        {
            if (!which(this, stack[i]))
                continue;
            (taken ??= []).Add(stack[i]);
            stack.RemoveAt(i);
        }
    }

    List<Instance> StackOf(Instance instance) => instance.IsProvisioned ? provisioned : onDemand;

    static Instance? TakeLast(List<Instance> stack)
    {
        if (stack.Count == 0)
            return null;
        var last = stack[^1];
        stack.RemoveAt(stack.Count - 1);
        return last;
    }
}
