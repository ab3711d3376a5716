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

    public void Add(Instance instance) => StackOf(instance).Add(instance);

    public bool Remove(Instance instance) => StackOf(instance).Remove(instance);

    public Instance? Take() => TakeLast(provisioned) ?? TakeLast(onDemand);

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

    /// <summary>Freezes what has been idle a moment. Takes what has been idle long or has lived long, of those on demand.</summary>
    public List<Instance>? Tidy()
    {
        List<Instance>? leaving = null;
        for (var i = onDemand.Count - 1; i >= 0; i--)
        {
            var instance = onDemand[i];
            if ((!awake && time.GetElapsedTime(instance.IdleSince) > Limits.ReapAfter)
                || time.GetElapsedTime(instance.CreatedAt) > Limits.InstanceLifetime)
            {
                (leaving ??= []).Add(instance);
                onDemand.RemoveAt(i);
            }
            else
            {
                FreezeIfIdle(instance);
            }
        }
        foreach (var instance in provisioned)
            FreezeIfIdle(instance);
        return leaving;
    }

    void FreezeIfIdle(Instance instance)
    {
        if (!awake && !instance.Frozen && time.GetElapsedTime(instance.IdleSince) > Limits.FreezeAfter)
            instance.Freeze();
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
