using Aloft.Platform.Functions.Provisioning;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>
/// The provisioned instances of a fleet: how many there are to be, which there are, and when another one is due. Not thread-safe.
/// </summary>
internal sealed class ProvisionedInstances(TimeProvider time)
{
    readonly HashSet<Instance> living = [];
    TimeSpan pause = Limits.ProvisioningPause;
    long retryAt;
    int reached;
    string? failure;

    /// <summary>So many there are to be.</summary>
    public int Wanted { get; private set; }

    /// <summary>In their init phase, or before it.</summary>
    public int Starting { get; private set; }

    public Allocation Allocation => new(living.Count, failure is null ? reached : 0, failure);

    public void Want(int count)
    {
        if (count == Wanted)
            return;
        Wanted = count;
        reached = living.Count >= count ? count : 0;
        Recovered();
    }

    /// <summary>How many to start now. After a failure one at a time: what fails for one mostly fails for all.</summary>
    public int Due()
    {
        // One that is old is replaced before it goes.
        var lacking = Wanted - Starting - living.Count(instance => !IsOld(instance));
        if (lacking <= 0 || (failure is not null && (Starting > 0 || time.GetTimestamp() < retryAt)))
            return 0;
        var starts = failure is null ? Math.Min(lacking, Limits.StartsAtOncePerFunction - Starting) : 1;
        Starting += starts;
        return starts;
    }

    /// <summary>Which there are too many of, old ones first. The caller ends those that are idle.</summary>
    public IEnumerable<Instance> Surplus() =>
        living.Count > Wanted ? living.OrderBy(instance => instance.CreatedAt).Take(living.Count - Wanted) : [];

    public void Started(Instance instance)
    {
        Starting--;
        living.Add(instance);
        if (living.Count < Wanted)
            return;
        reached = Wanted;
        Recovered();
    }

    public void Failed(string reason)
    {
        Starting--;
        if (failure is not null && time.GetTimestamp() < retryAt)
            return; // one of several that were started together
        failure = reason;
        retryAt = time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
        pause = pause * 2 < Limits.LongestProvisioningPause ? pause * 2 : Limits.LongestProvisioningPause;
    }

    public void Gone(Instance instance) => living.Remove(instance);

    void Recovered() => (failure, retryAt, pause) = (null, 0, Limits.ProvisioningPause);

    bool IsOld(Instance instance) => time.GetElapsedTime(instance.CreatedAt) > Limits.InstanceLifetime;
}
