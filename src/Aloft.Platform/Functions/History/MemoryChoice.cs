using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Functions.History;

/// <summary>
/// The memory size at which the same invocations are estimated to cost least on AWS, which gives CPU in proportion to memory: 1,769 MB is one
/// vCPU. At a size m an invocation takes wait + CPU × max(1, 1769/m): what it waited for stays, its CPU time stretches below one vCPU,
/// and one thread gains nothing above it. What used several cores takes as long as it did, or CPU × 1769/m where that is more. Init counts as
/// it was: AWS gives it more CPU than the size has.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html</remarks>
/// <param name="GigabyteSeconds">Estimated at that size.</param>
/// <param name="GigabyteSecondsNow">Estimated, by the same rule, at the size that it has.</param>
public sealed record MemoryChoice(int Megabytes, decimal GigabyteSeconds, decimal GigabyteSecondsNow)
{
    const int Smallest = 128, Largest = 10_240, Step = 64, OneCpu = 1769;

    /// <summary>What a size must have beyond the highest peak: memory use varies, and too little ends an invocation.</summary>
    const double Headroom = 1.2;

    /// <summary>Of sizes that differ by less, the largest: it is quicker for the same money.</summary>
    const decimal Alike = 1.01m;

    /// <summary>0 to 1.</summary>
    public decimal Saves => GigabyteSecondsNow > 0 ? Math.Max(0, 1 - (GigabyteSeconds / GigabyteSecondsNow)) : 0;

    internal static MemoryChoice? For(FunctionVersion function, in ChunkSums sums)
    {
        if (sums.Invocations == 0)
            return null;
        var least = Math.Min(function.MemoryMegabytes, (int)Math.Ceiling(sums.PeakBytes * Headroom / (1024 * 1024)));
        var all = sums;
        var sizes = Enumerable.Range(0, (Largest - Smallest) / Step + 1).Select(i => Smallest + (i * Step)).Append(OneCpu).Append(function.MemoryMegabytes)
            .Distinct().Order()
            .Where(size => size >= least && (size >= function.MemoryMegabytes || Ticks(all, size) / all.Invocations < function.Timeout.Ticks))
            .Select(size => (Size: size, Used: GigabyteSecondsAt(all, size)))
            .ToList();
        var cheapest = sizes.Min(size => size.Used);
        var (megabytes, used) = sizes.Last(size => size.Used <= cheapest * Alike);
        return new(megabytes, used, GigabyteSecondsAt(sums, function.MemoryMegabytes));
    }

    static decimal GigabyteSecondsAt(in ChunkSums sums, int megabytes)
    {
        const decimal roundingUpMs = 0.5m; // of each invocation to whole milliseconds, on average
        return PriceList.GigabyteSeconds((Ticks(sums, megabytes) / TimeSpan.TicksPerMillisecond) + (sums.Invocations * roundingUpMs), megabytes);
    }

    static decimal Ticks(in ChunkSums sums, int megabytes)
    {
        var stretch = (decimal)OneCpu / megabytes;
        return sums.Init + sums.Wait + (sums.Cpu * Math.Max(1, stretch)) + Math.Max(sums.ParallelDuration, sums.ParallelCpu * stretch);
    }
}
