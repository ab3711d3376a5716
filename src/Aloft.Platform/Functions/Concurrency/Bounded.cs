namespace Aloft.Platform.Functions.Concurrency;

/// <summary>Amounts that many threads take, and that never exceed a limit.</summary>
internal static class Bounded
{
    /// <summary>
    /// A refused attempt never shows in <paramref name="taken"/>: another would be refused because of it, and wait for what nobody gives back.
    /// </summary>
    public static bool TryTake(ref long taken, long amount, long limit)
    {
        for (var seen = Volatile.Read(ref taken); seen + amount <= limit;)
        {
            var found = Interlocked.CompareExchange(ref taken, seen + amount, seen);
            if (found == seen)
                return true;
            seen = found;
        }
        return false;
    }
}
