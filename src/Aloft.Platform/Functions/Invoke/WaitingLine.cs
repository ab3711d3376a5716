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

    public bool TryTake([NotNullWhen(true)] out Invocation? first) => returned.TryDequeue(out first) || arrived.TryDequeue(out first);
}
