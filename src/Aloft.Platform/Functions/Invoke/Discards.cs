using System.Collections.Concurrent;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>Removals that nobody waits for, until the node stops and waits for all of them.</summary>
/// <param name="report">Gets what went wrong with one.</param>
internal sealed class Discards(Action<Exception> report)
{
    readonly ConcurrentDictionary<Task, bool> underWay = new();

    public void Add(Func<Task> removal)
    {
        var task = Task.Run(() => Reported(removal));
        underWay[task] = true;
        _ = task.ContinueWith(done => underWay.TryRemove(done, out _), TaskScheduler.Default);
    }

    async Task Reported(Func<Task> removal)
    {
        try
        {
            await removal();
        }
        catch (Exception fault)
        {
            report(fault);
        }
    }

    public Task All() => Task.WhenAll(underWay.Keys);
}
