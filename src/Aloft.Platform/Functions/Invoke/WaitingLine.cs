using System.Diagnostics.CodeAnalysis;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>Invocations that wait for an instance, in the order of their arrival. Not thread-safe.</summary>
internal sealed class WaitingLine
{
    readonly Queue<Invocation> arrived = new();
    readonly Queue<Invocation> returned = new(); // given to an instance before, which gave them back: they came before the others

    public int Count => arrived.Count + returned.Count;

    public void Add(Invocation invocation) => arrived.Enqueue(invocation);

    public void AddReturned(Invocation invocation) => returned.Enqueue(invocation);

    public bool TryPeek([NotNullWhen(true)] out Invocation? first) => returned.TryPeek(out first) || arrived.TryPeek(out first);

    /// <summary>Those at its head that have waited so long.</summary>
    public List<Invocation> TakeOlder(TimeSpan than, TimeProvider time)
    {
        var older = new List<Invocation>();
        while (TryPeek(out var first) && time.GetElapsedTime(first.QueuedAt) >= than && TryTake(out first))
            older.Add(first);
        return older;
    }

    public bool TryTake([NotNullWhen(true)] out Invocation? first) => returned.TryDequeue(out first) || arrived.TryDequeue(out first);
}
