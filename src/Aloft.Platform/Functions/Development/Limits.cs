namespace Aloft.Platform.Functions.Development;

/// <summary>Ours: AWS has nothing alike.</summary>
internal static class Limits
{
    /// <summary>A change, as a request's body.</summary>
    public const int ChangeBodyBytes = 32 * 1024 * 1024;

    /// <summary>Sessions at once on one node.</summary>
    public const int Sessions = 32;

    /// <summary>A session whose client has not been heard of for so long is over: it has died without a word.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    /// <summary>How long a change is waited for on an instance that runs an invocation, before it is said that it will come.</summary>
    public static readonly TimeSpan BusyPatience = TimeSpan.FromSeconds(1);

    /// <summary>How long loading changed code may take: as long as the init phase, after which the sandbox is given up.</summary>
    public static readonly TimeSpan Reload = Functions.Limits.InitPhase;

    /// <summary>For a new sandbox to be there with the code: boot, init phase, and once more its init phase.</summary>
    public static readonly TimeSpan Start = TimeSpan.FromSeconds(60);

    /// <summary>How long a debugger that comes is kept waiting for a runtime which does not hear of it, being busy.</summary>
    public static readonly TimeSpan DebuggerHeard = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection to a debugger's port may take to say what it wants.</summary>
    public static readonly TimeSpan DebuggerHello = TimeSpan.FromSeconds(10);

    /// <summary>What is read of it to tell an attaching debugger from a look at the list of targets.</summary>
    public const int DebuggerHelloBytes = 8 * 1024;

    /// <summary>Connections at once to one debugger's port.</summary>
    public const int DebuggerConnections = 16;

    /// <summary>Between two looks at a clock that may stand still.</summary>
    public static readonly TimeSpan ClockLook = TimeSpan.FromMilliseconds(50);
}
