using System.Collections.Concurrent;
using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Functions.Concurrency;

/// <summary>Whether an invocation may run now, by AWS's rules. https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html</summary>
internal enum Verdict
{
    Admitted,

    /// <summary>The function is at its reserved concurrency.</summary>
    ReservedLimit,

    /// <summary>The account's functions are together at what is not reserved.</summary>
    AccountLimit,
}

/// <summary>
/// Counts the invocations in flight of each function and of each account's unreserved pool, and refuses those beyond the limits.
/// Lock-free; an admitted invocation must be released exactly once.
/// </summary>
internal sealed class Admission(FunctionRegistry registry, int accountLimit)
{
    readonly ConcurrentDictionary<FunctionKey, Counter> functions = new();
    readonly ConcurrentDictionary<(string Account, string Region), Counter> unreserved = new();

    public Verdict TryEnter(FunctionKey key, out Ticket ticket)
    {
        ticket = default;
        var function = functions.GetOrAdd(key, static _ => new Counter());
        if (registry.ReservedConcurrency(key) is { } reserved)
        {
            if (!function.TryIncrement(reserved))
                return Verdict.ReservedLimit;
            ticket = new(function, null);
            return Verdict.Admitted;
        }

        var pool = unreserved.GetOrAdd((key.Account, key.Region), static _ => new Counter());
        if (!pool.TryIncrement(accountLimit - registry.TotalReserved(key.Account, key.Region)))
            return Verdict.AccountLimit;
        function.TryIncrement(int.MaxValue);
        ticket = new(function, pool);
        return Verdict.Admitted;
    }

    /// <summary>Invocations of the function that are admitted and not yet answered.</summary>
    public int InFlight(FunctionKey key) => functions.TryGetValue(key, out var counter) ? counter.Value : 0;

    /// <summary>Forgets a deleted function's counter. What is in flight keeps its own reference.</summary>
    public void Forget(FunctionKey key) => functions.TryRemove(key, out _);

    internal readonly struct Ticket(Counter function, Counter? pool)
    {
        public void Release()
        {
            function.Decrement();
            pool?.Decrement();
        }
    }

    internal sealed class Counter
    {
        int value;

        public int Value => Volatile.Read(ref value);

        public bool TryIncrement(int limit)
        {
            if (Interlocked.Increment(ref value) <= limit)
                return true;
            Interlocked.Decrement(ref value);
            return false;
        }

        public void Decrement() => Interlocked.Decrement(ref value);
    }
}
