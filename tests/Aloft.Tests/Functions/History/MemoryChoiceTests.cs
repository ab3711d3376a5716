using Aloft.Platform.Functions.History;

namespace Aloft.Tests.Functions.History;

public sealed class MemoryChoiceTests
{
    static MemoryChoice Of(int memory, double durationMs, double cpuMs, int peakMegabytes, double timeoutSeconds = 900, double initMs = 0)
    {
        var sums = new ChunkSums();
        for (var i = 0; i < 1000; i++)
            sums.Add(new InvocationFigures(
                default, default, InvocationSource.Api, TimeSpan.FromMilliseconds(durationMs), TimeSpan.FromMilliseconds(initMs),
                TimeSpan.FromMilliseconds(cpuMs), peakMegabytes * 1024L * 1024, null, 0, 0, false));
        var function = HistoryFixture.Version() with { MemoryMegabytes = memory, Timeout = TimeSpan.FromSeconds(timeoutSeconds) };
        return MemoryChoice.For(function, sums)!;
    }

    [Fact]
    public void What_waits_is_cheapest_small_but_a_fifth_above_its_peak()
    {
        var choice = Of(memory: 1024, durationMs: 500, cpuMs: 1, peakMegabytes: 200);
        Assert.Equal(256, choice.Megabytes); // 240 and up
        Assert.InRange(choice.Saves, 0.73m, 0.77m);
    }

    [Fact]
    public void What_computes_costs_the_same_below_one_cpu_and_is_quickest_at_it()
    {
        var choice = Of(memory: 128, durationMs: 100, cpuMs: 100, peakMegabytes: 40);
        Assert.Equal(1769, choice.Megabytes);
        Assert.InRange(choice.GigabyteSecondsNow - (1000 * (100 * 1769m / 128 + 0.5m) / 1000 * 128 / 1024), -0.001m, 0.001m);
    }

    [Fact]
    public void More_than_one_cpu_makes_one_thread_no_faster() =>
        Assert.Equal(1769, Of(memory: 3008, durationMs: 100, cpuMs: 100, peakMegabytes: 40).Megabytes);

    [Fact]
    public void What_uses_two_cpus_gains_up_to_two() => Assert.InRange(Of(memory: 1024, durationMs: 100, cpuMs: 200, peakMegabytes: 40).Megabytes, 3400, 3600);

    [Fact]
    public void A_size_at_which_it_would_time_out_is_not_chosen() =>
        Assert.InRange(Of(memory: 1769, durationMs: 1000, cpuMs: 500, peakMegabytes: 10, timeoutSeconds: 2).Megabytes, 600, 1769);

    [Fact]
    public void Its_own_size_stands_where_its_peak_leaves_no_headroom() =>
        Assert.Equal(128, Of(memory: 128, durationMs: 100, cpuMs: 1, peakMegabytes: 127).Megabytes);

    [Fact]
    public void Without_invocations_there_is_nothing_to_say() => Assert.Null(MemoryChoice.For(HistoryFixture.Version(), new ChunkSums()));
}
