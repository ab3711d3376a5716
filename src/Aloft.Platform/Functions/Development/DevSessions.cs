using System.Collections.Concurrent;
using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Functions.Development;

/// <summary>The sessions of this node, by function. An invocation of a function without one pays one look at a number.</summary>
internal sealed class DevSessions(TimeProvider time)
{
    readonly ConcurrentDictionary<FunctionKey, DevSession> sessions = new();
    volatile int count;

    /// <summary>Raised when a function's session begins, restarts or ends. The handler must be quick and not throw.</summary>
    public event Action<FunctionKey>? Changed;

    public int Count => count;

    /// <summary>The function as it is to run: where it has a session, from the session's folder.</summary>
    public FunctionVersion Shown(FunctionVersion function) =>
        count > 0 && function.Version == FunctionVersion.Latest && sessions.TryGetValue(function.Key, out var session) ? session.Of(function) : function;

    public DevSession? Find(FunctionKey key) => sessions.GetValueOrDefault(key);

    /// <summary>The session of this id, which has been heard of by this; null when it is over.</summary>
    public DevSession? Renew(FunctionKey key, string id)
    {
        if (!sessions.TryGetValue(key, out var session) || session.Id != id)
            return null;
        session.RenewedAt = time.GetTimestamp();
        return session;
    }

    /// <returns>The session that it takes the place of, or null.</returns>
    public DevSession? Begin(DevSession session)
    {
        session.RenewedAt = time.GetTimestamp();
        DevSession? before = null;
        sessions.AddOrUpdate(session.Key, session, (_, other) =>
        {
            before = other;
            return session;
        });
        count = sessions.Count;
        Tell(session.Key);
        return before;
    }

    /// <summary>False when it was over before.</summary>
    public bool End(DevSession session)
    {
        if (!sessions.TryRemove(KeyValuePair.Create(session.Key, session)))
            return false;
        count = sessions.Count;
        Tell(session.Key);
        return true;
    }

    public void Tell(FunctionKey key) => Changed?.Invoke(key);

    public IEnumerable<DevSession> Lapsed() => sessions.Values.Where(
        session => session.Turn.CurrentCount > 0 && time.GetElapsedTime(session.RenewedAt) > Limits.Lease);

    public IReadOnlyList<DevSession> All => [.. sessions.Values];
}
