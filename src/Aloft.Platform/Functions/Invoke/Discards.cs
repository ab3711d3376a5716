using System.Collections.Concurrent;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>Removals that nobody waits for, until the node stops and waits for all of them.</summary>
internal sealed class Discards
{
    readonly ConcurrentDictionary<Task, bool> underWay = new();

    public void Add(Func<Task> removal)
    {
        var task = Task.Run(removal);
        underWay[task] = true;
        _ = task.ContinueWith(done => underWay.TryRemove(done, out _), TaskScheduler.Default);
    }

    public Task All() => Task.WhenAll(underWay.Keys);
}
