using Aloft.Platform.Functions.Concurrency;

namespace Aloft.Tests.Functions.Concurrency;

public sealed class ProcessorsTests
{
    readonly FakeTime time = new();
    int runnable;
    int looks;

    [Fact]
    public void They_are_taken_when_as_many_run_for_a_while_and_no_sooner()
    {
        var processors = Two();
        runnable = 6;
        Assert.False(processors.AreTaken);
        time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.True(processors.AreTaken);
        runnable = 0;
        for (var look = 0; look < 3; look++)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            _ = processors.AreTaken;
        }
        Assert.False(processors.AreTaken);
    }

    [Fact]
    public void However_often_it_is_asked_it_looks_every_ten_milliseconds()
    {
        var processors = Two();
        for (var asked = 0; asked < 100; asked++)
        {
            _ = processors.AreTaken;
            time.Advance(TimeSpan.FromMilliseconds(1));
        }
        Assert.Equal(10, looks);
    }

    [Fact]
    public async Task On_this_machine_threads_that_compute_are_seen()
    {
        var processors = Processors.OfThisMachine(TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var threads = Enumerable.Range(0, Environment.ProcessorCount + 2).Select(_ => new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
                Thread.SpinWait(100);
        })).ToList();
        threads.ForEach(static thread => thread.Start());
        await Eventually.True(() => processors.AreTaken, "they are taken");
        await stop.CancelAsync();
    }

    Processors Two() => new(
        () =>
        {
            looks++;
            return runnable;
        }, count: 2, time);
}
