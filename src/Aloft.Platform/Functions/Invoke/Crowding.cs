using Aloft.Platform.Functions.Concurrency;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>
/// Keeps a fleet from starting instances that could only take the processors from those that it has: where all processors are taken and the
/// fleet's instances compute. docs/decisions/0005-no-more-instances-than-processors-for-those-who-compute.md. Two looks at once may give one
/// start more, which does no harm.
/// </summary>
internal sealed class Crowding(Processors processors, TimeProvider time)
{
    const int Sample = 4;

    long lastStart = long.MinValue;
    int turn; // not always the same ones are looked at

    /// <summary>Whether it may be so; to be asked whenever somebody begins to wait.</summary>
    public bool IsPossible(int instances) => instances >= processors.Count && processors.AreTaken;

    /// <summary>
    /// Whether it is so. Who has waited a second is given one instance in a second all the same: what computes for minutes is not to stop all others.
    /// </summary>
    /// <param name="busy">Those that have work.</param>
    public bool Forbids(IReadOnlyList<Instance> busy, long waitingSince)
    {
        if (!IsPossible(busy.Count) || !Enumerable.Range(turn, Math.Min(Sample, busy.Count)).All(index => Computes(busy[index % busy.Count])))
            return false;
        turn = (turn + Sample) % busy.Count;
        if (!HasPassed(waitingSince) || (lastStart != long.MinValue && !HasPassed(lastStart)))
            return true;
        lastStart = time.GetTimestamp();
        return false;
    }

    /// <summary>It runs on a processor just now, or could.</summary>
    static bool Computes(Instance instance)
    {
        try
        {
            return instance.Sandbox.IsRunnable();
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            return false; // it is being removed
        }
    }

    bool HasPassed(long since) => time.GetElapsedTime(since) >= Limits.BetweenCrowdedStarts;
}
