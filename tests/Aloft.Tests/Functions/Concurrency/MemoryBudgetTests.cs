using Aloft.Platform.Functions.Concurrency;

namespace Aloft.Tests.Functions.Concurrency;

public sealed class MemoryBudgetTests
{
    [Fact]
    public async Task An_attempt_that_is_refused_takes_nothing_from_another_at_the_same_time()
    {
        var budget = new MemoryBudget(128);
        using var done = new CancellationTokenSource();
        var refused = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
                Assert.False(budget.TryTake(128, kept: 1));
        });
        for (var round = 0; round < 200_000; round++)
        {
            Assert.True(budget.TryTake(128));
            budget.Give(128);
        }
        await done.CancelAsync();
        await refused;
    }

    [Fact]
    public void What_is_leaving_counts_as_room_that_will_be()
    {
        var budget = new MemoryBudget(256);
        Assert.True(budget.TryTake(256));
        Assert.Equal(128, budget.Lacks(128));
        budget.Leave(128);
        Assert.Equal(0, budget.Lacks(128));
        Assert.False(budget.TryTake(128));
        budget.GiveLeft(128);
        Assert.True(budget.TryTake(128));
    }
}
