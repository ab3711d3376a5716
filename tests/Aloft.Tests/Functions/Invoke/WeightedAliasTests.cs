using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;

namespace Aloft.Tests.Functions.Invoke;

/// <summary>A weighted alias through the whole engine: what runs, not what is looked up.</summary>
public sealed class WeightedAliasTests
{
    const int Calls = 10_000;
    const int Callers = 16;

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.3)]
    public async Task The_second_version_runs_its_share_of_many_calls(double weight)
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        var key = await TwoVersions(engine, weight);
        var (left, second) = (Calls, 0);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
                if (await Run(engine, key) == "2")
                    Interlocked.Increment(ref second);
        }));

        // Five standard deviations: a fair draw is beyond them once in some 1.7 million runs.
        var deviation = 5 * Math.Sqrt(Calls * weight * (1 - weight));
        Assert.InRange(second, (Calls * weight) - deviation, (Calls * weight) + deviation);
    }

    [Fact]
    public async Task After_the_answer_to_a_rollback_no_call_begins_on_the_other_version()
    {
        await using var engine = await Engine.Start((sandbox, _, _) => sandbox.Respond("1"));
        var key = await TwoVersions(engine, 0.5);
        for (var round = 0; round < 20; round++)
            Assert.Equal(0, await SecondAfterRollback(engine, key));
    }

    /// <summary>Rolls back under load. Returns how many of the calls that began after the answer ran the second version.</summary>
    static async Task<int> SecondAfterRollback(Engine engine, FunctionKey key)
    {
        var (isBack, stop) = (false, false);
        var (secondBefore, after, secondAfter) = (0, 0, 0);
        await Weigh(0.5);
        var load = Enumerable.Range(0, Callers).Select(async _ =>
        {
            await Task.Yield();
            while (!Volatile.Read(ref stop))
            {
                var began = Volatile.Read(ref isBack);
                var isSecond = await Run(engine, key) == "2";
                Interlocked.Add(ref secondBefore, !began && isSecond ? 1 : 0);
                Interlocked.Add(ref after, began ? 1 : 0);
                Interlocked.Add(ref secondAfter, began && isSecond ? 1 : 0);
            }
        }).ToArray();
        await Eventually.True(() => Volatile.Read(ref secondBefore) > 0, "the second version runs");

        await Weigh(0);
        Volatile.Write(ref isBack, true);
        await Eventually.True(() => Volatile.Read(ref after) > 100, "calls go on after the rollback");
        Volatile.Write(ref stop, true);
        await Task.WhenAll(load);
        return secondAfter;

        async Task Weigh(double weight) => await engine.Registry.Releases.UpdateAlias(
            key, "live", null, alias => alias with { Additional = new("2", weight) }, CancellationToken.None);
    }

    static async Task<FunctionKey> TwoVersions(Engine engine, double weight)
    {
        var key = await engine.Create("f");
        await engine.Registry.WaitUntilActive(key, CancellationToken.None);
        foreach (var description in new[] { "one", "two" })
        {
            await engine.Registry.Update(key, null, version => version with { Description = description }, CancellationToken.None);
            await engine.Registry.WaitUntilActive(key, CancellationToken.None);
            await engine.Registry.Releases.Publish(key, null, null, null, CancellationToken.None);
        }
        await engine.Registry.Releases.CreateAlias(new(key, "live", "1", new("2", weight), "", ""), CancellationToken.None);
        return key;
    }

    static async Task<string> Run(Engine engine, FunctionKey key) => Assert.IsType<InvokeOutcome.Answered>(
        await engine.Invoker.Invoke(new(key, "live", Guid.NewGuid(), "{}"u8.ToArray()), CancellationToken.None)).Version;
}
