namespace Aloft;

/// <summary>Bounds of the command line. Those of AWS: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html</summary>
internal static class ProgramLimits
{
    /// <summary>AWS: a function's code, unpacked.</summary>
    public const long UnpackedCodeBytes = 250 * 1024 * 1024;

    /// <summary>A folder with more is not a function's; stops a walk through a home folder.</summary>
    public const int FilesInPackage = 100_000;

    /// <summary>A saved file is taken when nothing has happened to it for so long: editors write in several steps, within a millisecond or two.</summary>
    public static readonly TimeSpan SaveSettles = TimeSpan.FromMilliseconds(8);

    /// <summary>A file that was just emptied is most often about to be written.</summary>
    public static readonly TimeSpan EmptySettles = TimeSpan.FromMilliseconds(60);

    /// <summary>What goes on changing is looked at all the same.</summary>
    public static readonly TimeSpan LongestSave = TimeSpan.FromMilliseconds(250);

    /// <summary>Changed paths that are looked at one by one; beyond it, at everything.</summary>
    public const int ChangedPaths = 1_000;

    /// <summary>Bytes of changed files that are sent to a session; what is larger is deployed.</summary>
    public const int ChangeBytes = 20 * 1024 * 1024;

    /// <summary>Between two signs of life to a node where code is developed: several within its lease.</summary>
    public static readonly TimeSpan RenewSession = TimeSpan.FromSeconds(5);

    /// <summary>Between two looks for a node that has gone.</summary>
    public static readonly TimeSpan NodeReturns = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan Connect = TimeSpan.FromSeconds(5);

    /// <summary>For an answer to anything but an invocation.</summary>
    public static readonly TimeSpan Answer = TimeSpan.FromSeconds(60);

    /// <summary>For an answer to an invocation: AWS's longest function time-out, and time for its cold start.</summary>
    public static readonly TimeSpan Invocation = TimeSpan.FromSeconds(900 + 60);

    /// <summary>How deep an event may be nested: as deep as the node takes it.</summary>
    public const int EventDepth = 512;

    /// <summary>For a function to become active after a change.</summary>
    public static readonly TimeSpan BecomeActive = TimeSpan.FromSeconds(120);

    public static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(20);

    public static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(1);

    /// <summary>Between two looks of <c>logs -f</c>.</summary>
    public static readonly TimeSpan FollowLogs = TimeSpan.FromMilliseconds(500);

    /// <summary>How late a log line may arrive behind a newer one and still be shown by <c>logs -f</c>.</summary>
    public static readonly TimeSpan LateLogs = TimeSpan.FromSeconds(15);

    /// <summary>AWS: the longest tail of the log that an invocation returns.</summary>
    public const int LogTailBytes = 4096;

    /// <summary>For the demo's node to become ready.</summary>
    public static readonly TimeSpan DemoNodeReady = TimeSpan.FromSeconds(60);

    /// <summary>For the demo's node to drain and stop.</summary>
    public static readonly TimeSpan DemoNodeStop = TimeSpan.FromSeconds(30);
}
