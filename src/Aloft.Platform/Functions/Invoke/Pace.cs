namespace Aloft.Platform.Functions.Invoke;

/// <summary>
/// How far ahead of its answers an instance may be sent invocations: as many as it is expected to run within a millisecond, once many
/// in a row were short. For those the runtime need not wait for us, nor we for it.
/// </summary>
internal sealed class Pace
{
    const double WeightOfLast = 1.0 / 32;

    double meanMilliseconds;
    int shortOnes;

    public int Depth => shortOnes < Limits.ShortOnesBeforeSendingAhead
        ? 1
        : (int)Math.Clamp(Limits.SentAhead.TotalMilliseconds / meanMilliseconds, 1, Limits.MostInFlight);

    public void Observe(TimeSpan duration)
    {
        var milliseconds = duration.TotalMilliseconds;
        meanMilliseconds += WeightOfLast * (milliseconds - meanMilliseconds);
        shortOnes = duration < Limits.SentAhead ? Math.Min(shortOnes + 1, Limits.ShortOnesBeforeSendingAhead) : 0;
    }

    /// <summary>What was sent ahead had to wait: begins to count anew.</summary>
    public void Reset() => shortOnes = 0;
}
