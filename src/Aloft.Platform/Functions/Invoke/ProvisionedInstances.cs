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
    long failedAt;
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
        (failure, retryAt, pause) = (null, 0, Limits.ProvisioningPause);
    }

    /// <summary>How many to start now. After a failure one at a time: what fails for one mostly fails for all.</summary>
    public int Due()
    {
        // One that is old is replaced before it goes.
        var lacking = Wanted - Starting - living.Count(static instance => !instance.IsOld);
        if (lacking <= 0 || (failure is not null && (Starting > 0 || time.GetTimestamp() < retryAt)))
            return 0;
        var starts = failure is null ? Math.Min(lacking, Limits.StartsAtOncePerFunction - Starting) : 1;
        Starting += starts;
        return starts;
    }

    /// <summary>Which there are too many of, old ones first. The caller ends those that are idle.</summary>
    /// <param name="retries">One is started again after a failure, perhaps for want of memory: an old one makes room for its replacement.</param>
    public IEnumerable<Instance> Surplus(bool retries = false)
    {
        var oldest = living.OrderBy(instance => instance.CreatedAt);
        return living.Count > Wanted ? oldest.Take(living.Count - Wanted) : retries ? oldest.Where(static instance => instance.IsOld).Take(1) : [];
    }

    /// <summary>Whether it is one too many.</summary>
    public bool IsSurplus(Instance instance) => living.Count > Wanted && Surplus().Contains(instance);

    public bool HasFailed => failure is not null;

    public void Started(Instance instance)
    {
        Starting--;
        living.Add(instance);
        if (living.Count < Wanted)
            return;
        reached = Wanted;
        (failure, retryAt) = (null, 0);
    }

    public void Failed(string reason)
    {
        Starting--;
        Fail(reason);
    }

    /// <summary>One that has ended at once, before it was of use, would end again, and again.</summary>
    public void Gone(Instance instance)
    {
        if (living.Remove(instance) && living.Count < Wanted && instance.LastDuration == TimeSpan.Zero && time.GetElapsedTime(instance.CreatedAt) < pause)
            Fail("An instance ended after its init phase, before its first invocation.");
    }

    void Fail(string reason)
    {
        var now = time.GetTimestamp();
        if (failure is not null && now < retryAt)
            return; // one of several that were started together
        if (time.GetElapsedTime(failedAt, now) > Limits.LongestProvisioningPause)
            pause = Limits.ProvisioningPause;
        (failure, failedAt) = (reason, now);
        retryAt = now + (long)(pause.TotalSeconds * time.TimestampFrequency);
        pause = pause * 2 < Limits.LongestProvisioningPause ? pause * 2 : Limits.LongestProvisioningPause;
    }
}
