using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Aloft.Platform.Functions.Registry;

/// <summary>
/// What was looked up, kept until it changes. A lookup takes a <see cref="Stamp"/> before it reads and shows it when it keeps what
/// it read: after a change in between it is not kept, for it may be what was there before.
/// </summary>
internal sealed class LookupCache<TKey, TValue>(int capacity)
    where TKey : notnull
    where TValue : class
{
    readonly ConcurrentDictionary<TKey, TValue> kept = new();
    readonly Lock gate = new();
    long changes;

    public long Stamp() => Interlocked.Read(ref changes);

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value) => kept.TryGetValue(key, out value);

    public void Keep(TKey key, TValue value, long stamp)
    {
        lock (gate)
        {
            if (stamp != changes)
                return;
            if (kept.Count >= capacity)
                kept.Clear();
            kept[key] = value;
        }
    }

    /// <summary>Forgets what holds for the key; call it after the change is committed.</summary>
    public void Drop(TKey key)
    {
        lock (gate)
        {
            changes++;
            kept.TryRemove(key, out _);
        }
    }

    public void DropWhere(Func<TValue, bool> changed)
    {
        lock (gate)
        {
            changes++;
            foreach (var (key, value) in kept)
                if (changed(value))
                    kept.TryRemove(key, out _);
        }
    }

    /// <summary>Forgets everything; returns the keys of what was kept.</summary>
    public IReadOnlyCollection<TKey> DropAll()
    {
        lock (gate)
        {
            changes++;
            var keys = kept.Keys;
            kept.Clear();
            return [.. keys];
        }
    }
}
