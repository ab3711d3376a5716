namespace Aloft.Platform.Functions.Invoke;

/// <summary>What an invocation of a function is expected to take. Under its fleet's lock.</summary>
internal sealed class ServiceTime
{
    double seconds = double.NaN;

    /// <summary>Some invocation has been answered.</summary>
    public bool IsKnown => !double.IsNaN(seconds);

    /// <summary>How many invocations one instance answers in that time.</summary>
    public double AnsweredWithin(TimeSpan time) => time.TotalSeconds / seconds;

    public void Observe(TimeSpan duration)
    {
        // Falls at once and rises slowly: a loaded machine only ever adds to what the function itself takes, and an estimate with that load
        // in it would start instances that add to the load.
        const double weightOfSlower = 0.002;
        var latest = duration.TotalSeconds;
        if (duration > TimeSpan.Zero)
            seconds = !IsKnown || latest < seconds ? latest : seconds + weightOfSlower * (latest - seconds);
    }
}
