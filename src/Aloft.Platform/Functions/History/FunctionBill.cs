using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Functions.History;

/// <summary>What a function's invocations add up to, and what AWS would have charged for the same figures.</summary>
/// <param name="MemoryMegabytes">Of the revision that was changed last, which <paramref name="Cheapest"/> is compared with.</param>
/// <param name="Compute">USD for the GB-seconds that were billed here, where a function may use what CPU nobody else needs.</param>
/// <param name="Dropped">Invocations that could not be recorded, and are not in any of these figures.</param>
/// <param name="Cheapest">Null where nothing ran.</param>
public sealed record FunctionBill(
    FunctionKey Function, int MemoryMegabytes, long Invocations, long Failures, long ColdStarts, long Dropped, TimeSpan Duration, TimeSpan Longest,
    TimeSpan Billed, TimeSpan Cpu, long PeakBytes, decimal GigabyteSeconds, decimal Requests, decimal Compute, MemoryChoice? Cheapest)
{
    /// <summary>USD.</summary>
    public decimal Charge => Requests + Compute;

    /// <summary>USD of one GB-second.</summary>
    public required decimal Price { get; init; }

    /// <summary>USD, where CPU is as scarce as on AWS at the size that the function has; null where nothing ran.</summary>
    public decimal? Estimate => Requests + (Cheapest?.GigabyteSecondsNow * Price);

    /// <summary>The same at the cheapest size.</summary>
    public decimal? CheapestEstimate => Requests + (Cheapest?.GigabyteSeconds * Price);

    internal static FunctionBill Of(IGrouping<FunctionKey, BilledVersion> versions)
    {
        var latest = versions.MaxBy(version => version.Function.LastModified)!.Function;
        var sums = new ChunkSums();
        var (gigabyteSeconds, compute) = (0m, 0m);
        foreach (var (function, one) in versions)
        {
            sums.Add(one);
            var used = PriceList.GigabyteSeconds(one.BilledMs, function.MemoryMegabytes);
            gigabyteSeconds += used;
            compute += used * PriceList.GigabyteSecond(function.Architecture);
        }
        return new(
            versions.Key, latest.MemoryMegabytes, sums.Invocations, sums.Failures, sums.ColdStarts, sums.Dropped, new(sums.Duration), new(sums.Longest),
            TimeSpan.FromMilliseconds(sums.BilledMs), new(sums.Cpu + sums.ParallelCpu), sums.PeakBytes, gigabyteSeconds,
            sums.Invocations * PriceList.Request, compute, MemoryChoice.For(latest, sums))
        {
            Price = PriceList.GigabyteSecond(latest.Architecture),
        };
    }
}
