using System.Diagnostics.CodeAnalysis;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>What a runtime has been sent behind its running invocation: it begins them by itself, in this order. Not thread-safe.</summary>
internal sealed class SentAhead
{
    readonly Queue<Invocation> line = new();
    int begunUnseen;

    public int Count => line.Count;

    /// <summary>They have been asked for and have not come back yet.</summary>
    public bool Recalled { get; private set; }

    public void Add(Invocation invocation) => line.Enqueue(invocation);

    /// <summary>The one that the runtime has begun after its last answer.</summary>
    public bool TryBegin([NotNullWhen(true)] out Invocation? next) => line.TryDequeue(out next);

    /// <summary>An answer came to an invocation that had been ended before: with it the runtime began the next of these.</summary>
    public void BegunUnseen() => begunUnseen++;

    public void Recall() => Recalled = true;

    /// <summary>The runtime has forgotten the last <paramref name="count"/>.</summary>
    public Invocation[] GivenBack(int count)
    {
        Recalled = false;
        if (count < 0 || count > line.Count)
            throw new InvalidDataException($"A runtime gave {count} invocations back and had {line.Count}.");
        Invocation[] all = [.. line];
        line.Clear();
        foreach (var kept in all.AsSpan(..^count))
            line.Enqueue(kept);
        return all[^count..];
    }

    /// <summary>The runtime has ended.</summary>
    /// <param name="unheard">The one before these, where it had not begun that either.</param>
    public LostInvocations Abandoned(Invocation? unheard)
    {
        Invocation[] all = [.. line];
        line.Clear();
        var begun = Math.Min(begunUnseen, all.Length);
        return new(all[..begun], unheard is null ? all[begun..] : [unheard, .. all[begun..]]);
    }
}
