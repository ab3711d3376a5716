using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Functions.Development;

/// <summary>
/// A function whose <c>$LATEST</c> runs, on this node, from a folder whose files change, and not from its deployed package. All its
/// instances are its own: they begin with it and end with it.
/// </summary>
public sealed class DevSession
{
    readonly string id;
    readonly Lock gate = new();
    (FunctionVersion Latest, FunctionVersion Own)? shown;
    int restarts;
    int users;

    internal DevSession(string id, FunctionKey key, int? inspectPort, DevFolder folder) =>
        (this.id, Key, InspectPort, Folder) = (id, key, inspectPort, folder);

    /// <summary>Names the session to its client; not to be guessed.</summary>
    public string Id => id;

    public FunctionKey Key { get; }

    /// <summary>Where a debugger reaches the function on the node's loopback; null for none.</summary>
    public int? InspectPort { get; }

    internal DevFolder Folder { get; }

    /// <summary>Where the runtime listens for the debugger, in its sandbox.</summary>
    internal int? SandboxPort { get; init; }

    internal long RenewedAt { get; set; }

    /// <summary>What still runs in it does so on borrowed time.</summary>
    internal bool IsOver { get; set; }

    /// <summary>One change at a time. While it is taken somebody waits, and the session cannot lapse.</summary>
    internal SemaphoreSlim Turn { get; } = new(1);

    internal DebugPort? Port { get; set; }

    /// <summary>Whether sandboxes show its folder.</summary>
    internal bool IsInUse => Volatile.Read(ref users) > 0;

    internal void Use() => Interlocked.Increment(ref users);

    internal void Leave() => Interlocked.Decrement(ref users);

    /// <summary>
    /// The function as this session runs it: a revision of its own, and so with instances of its own. The same object until the function
    /// changes or <see cref="Restart"/>.
    /// </summary>
    internal FunctionVersion Of(FunctionVersion latest)
    {
        lock (gate)
        {
            if (shown is { } known && ReferenceEquals(known.Latest, latest))
                return known.Own;
            var own = latest with { RevisionId = $"{latest.RevisionId}/{id}/{restarts}", Session = this };
            shown = (latest, own);
            return own;
        }
    }

    /// <summary>Its instances are outdated from now on: the next invocation runs in a new one.</summary>
    internal void Restart()
    {
        lock (gate)
        {
            restarts++;
            shown = null;
        }
    }
}
