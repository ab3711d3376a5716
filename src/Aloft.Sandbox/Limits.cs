namespace Aloft.Sandbox;

/// <summary>The bounds of this project, each with its reason.</summary>
internal static class Limits
{
    /// <summary>One turn of the event loop for one sandbox: the capacity of a Linux pipe (pipe(7)).</summary>
    internal const int OutputBytesPerTurn = 64 * 1024;

    /// <summary>How long a boot may take until the OCI runtime has started the command. Its usual time is 10-40 ms.</summary>
    internal static readonly TimeSpan Boot = TimeSpan.FromSeconds(20);

    /// <summary>How long the kernel may take to end a killed process. A process in an uninterruptible wait can take seconds.</summary>
    internal static readonly TimeSpan Death = TimeSpan.FromSeconds(10);

    /// <summary>What a runtime that has failed has left has ended by then; else whatever ends next takes it.</summary>
    internal static readonly TimeSpan HelperDeath = TimeSpan.FromMilliseconds(200);

    /// <summary>When a killed process has not ended by then, it is looked for what it waits for.</summary>
    internal static readonly TimeSpan UsualDeath = TimeSpan.FromMilliseconds(10);

    /// <summary>How long the kernel may take to stop a sandbox's processes; usually 0.2 ms, gVisor's on a machine at load 15 over a second.</summary>
    internal static readonly TimeSpan Freeze = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Open files in a sandbox, as in AWS Lambda: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    /// </summary>
    internal const int OpenFiles = 1024;

    /// <summary>User ids in one sandbox: the function's own (993) and those below it.</summary>
    internal const int UserIdsPerSandbox = 1024;

    /// <summary>
    /// Host ids that sandboxes are mapped to: a range that neither system users, subordinate ids nor systemd use
    /// (https://systemd.io/UIDS-GIDS/).
    /// </summary>
    internal const uint FirstUserId = 1_900_000_000;

    /// <summary>Id ranges are reused after so many sandboxes; a node never runs this many at once.</summary>
    internal const uint UserIdRanges = 65_536;

    /// <summary>The longest message of an OCI runtime that is quoted in an exception.</summary>
    internal const int QuotedError = 2_000;
}
