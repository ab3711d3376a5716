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
/// Counts the invocations in flight of each function and of each account's unreserved pool, and refuses those beyond the limits. What
/// is provisioned for a version is that version's alone: its invocations take it first, and share in the rest beyond it.
/// Lock-free; an admitted invocation must be released exactly once.
/// </summary>
internal sealed class Admission(FunctionRegistry registry, int accountLimit)
{
    readonly ConcurrentDictionary<FunctionKey, Counter> functions = new();
    readonly ConcurrentDictionary<(string Account, string Region), Counter> unreserved = new();
    readonly ConcurrentDictionary<(FunctionKey Function, string Version), Counter> provisioned = new();
    readonly ConcurrentDictionary<FunctionKey, Counter> besideProvisioned = new();

    /// <param name="version">Null for an invocation that no provisioned instance can run.</param>
    public Verdict TryEnter(FunctionKey key, string? version, out Ticket ticket)
    {
        ticket = default;
        var function = functions.GetOrAdd(key, static _ => new Counter());
        var all = registry.Concurrency;
        var own = all.Of(key);
        if (own is { TotalProvisioned: > 0 } && version is not null && TryEnterProvisioned(own, key, version, out var slot))
        {
            ticket = new(function.Add(), slot);
            return Verdict.Admitted;
        }

        if (own?.Reserved is { } reserved)
        {
            if (own.TotalProvisioned == 0)
            {
                if (!function.TryIncrement(reserved))
                    return Verdict.ReservedLimit;
                ticket = new(function, null);
                return Verdict.Admitted;
            }
            var rest = besideProvisioned.GetOrAdd(key, static _ => new Counter());
            if (!rest.TryIncrement(reserved - own.TotalProvisioned))
                return Verdict.ReservedLimit;
            ticket = new(function.Add(), rest);
            return Verdict.Admitted;
        }

        var pool = unreserved.GetOrAdd((key.Account, key.Region), static _ => new Counter());
        if (!pool.TryIncrement(accountLimit - all.Claimed(key.Account, key.Region)))
            return Verdict.AccountLimit;
        ticket = new(function.Add(), pool);
        return Verdict.Admitted;
    }

    bool TryEnterProvisioned(FunctionConcurrency own, FunctionKey key, string version, out Counter? slot)
    {
        slot = null;
        if (!own.Provisioned.TryGetValue(version, out var count))
            return false;
        slot = provisioned.GetOrAdd((key, version), static _ => new Counter());
        return slot.TryIncrement(count);
    }

    /// <summary>Invocations of the function that are admitted and not yet answered.</summary>
    public int InFlight(FunctionKey key) => functions.TryGetValue(key, out var counter) ? counter.Value : 0;

    /// <summary>Forgets a deleted function's counters. What is in flight keeps its own reference.</summary>
    public void Forget(FunctionKey key)
    {
        functions.TryRemove(key, out _);
        besideProvisioned.TryRemove(key, out _);
        foreach (var (slot, _) in provisioned)
            if (slot.Function == key)
                provisioned.TryRemove(slot, out _);
    }

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
        long value;

        public int Value => (int)Volatile.Read(ref value);

        public bool TryIncrement(int limit) => Bounded.TryTake(ref value, 1, limit);

        public Counter Add()
        {
            Interlocked.Increment(ref value);
            return this;
        }

        public void Decrement() => Interlocked.Decrement(ref value);
    }
}
