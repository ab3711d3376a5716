namespace Aloft.Platform.Functions.Invoke;

/// <summary>
/// The instances of a fleet that have nothing to do. Provisioned ones are used before others, so that others can go; of either kind the
/// one that was used last. Not thread-safe.
/// </summary>
/// <param name="awake">They are neither frozen nor ended for idleness: their code changes while they wait.</param>
internal sealed class IdleInstances(TimeProvider time, bool awake)
{
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
    public List<Instance> TakeOutlived() => Take(onDemand, instance =>
        (!awake && time.GetElapsedTime(instance.IdleSince) > Limits.ReapAfter) || instance.IsOld);

    /// <summary>Takes what has been idle a moment and is not frozen, to be frozen and added again.</summary>
    public List<Instance> TakeThawed()
    {
        bool IsDue(Instance instance) => !awake && !instance.Frozen && time.GetElapsedTime(instance.IdleSince) > Limits.FreezeAfter;
        return [.. Take(onDemand, IsDue), .. Take(provisioned, IsDue)];
    }

    static List<Instance> Take(List<Instance> stack, Predicate<Instance> which)
    {
        var taken = stack.FindAll(which);
        if (taken.Count > 0)
            stack.RemoveAll(which);
        return taken;
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
