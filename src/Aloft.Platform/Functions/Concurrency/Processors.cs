using System.Globalization;

namespace Aloft.Platform.Functions.Concurrency;

/// <summary>How busy the machine's processors are, looked at when somebody asks, and every ten milliseconds at most.</summary>
/// <param name="runnable">How many threads of the machine run or could run just now.</param>
/// <param name="count">How many can run at once.</param>
internal sealed class Processors(Func<int> runnable, int count, TimeProvider time)
{
    static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);
    const double WeightOfLook = 0.25; // what happens by chance, or for a moment, does not count

    readonly Lock gate = new();
    long lastLook = long.MinValue;
    double mean;

    public static Processors OfThisMachine(TimeProvider time) => new(RunnableNow, Environment.ProcessorCount, time);

    public int Count => count;

    /// <summary>One more that computes would take its time from others.</summary>
    public bool AreTaken
    {
        get
        {
            lock (gate)
            {
                if (lastLook == long.MinValue || time.GetElapsedTime(lastLook) >= BetweenLooks)
                {
                    lastLook = time.GetTimestamp();
                    mean += WeightOfLook * (runnable() - mean);
                }
                return mean >= count;
            }
        }
    }

    /// <summary>https://man7.org/linux/man-pages/man5/proc_loadavg.5.html: "0.20 0.18 0.12 1/80 11206". The one that reads is no matter.</summary>
    static int RunnableNow()
    {
        var fields = File.ReadAllText("/proc/loadavg").Split(' ');
        return int.Parse(fields[3].AsSpan(0, fields[3].IndexOf('/')), CultureInfo.InvariantCulture) - 1;
    }
}
