namespace Aloft.Platform.Functions;

/// <summary>The engine's bounds. AWS's own: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html</summary>
internal static class Limits
{
    /// <summary>Request and response payload of a synchronous invocation, in bytes (AWS: 6 MB).</summary>
    public const int SyncPayloadBytes = 6 * 1024 * 1024;

    /// <summary>What is read of an Invoke's body, in bytes: somewhat more than a payload, so that the refusal can tell its size.</summary>
    public const int InvokeBodyBytes = SyncPayloadBytes + 1024 * 1024;

    /// <summary>What a runtime may answer: AWS allows 100 bytes over the payload limit and names this number in its message.</summary>
    public const int ResponseBytes = SyncPayloadBytes + 100;

    /// <summary>A streamed response altogether (AWS: 200 MB).</summary>
    public const long StreamedResponseBytes = 200L * 1024 * 1024;

    /// <summary>What a runtime may have written of a stream that its caller has not read, in bytes: as runtimes/CHANNEL.md tells it.</summary>
    public const int StreamWindowBytes = 256 * 1024;

    /// <summary>Payload of an asynchronous invocation, in bytes (AWS: 1 MB).</summary>
    public const int AsyncPayloadBytes = 1024 * 1024;

    /// <summary>The init phase of an on-demand instance (AWS: 10 s). What takes longer is begun again within the function's own time-out.</summary>
    public static readonly TimeSpan InitPhase = TimeSpan.FromSeconds(10);

    /// <summary>The init phase of a provisioned instance (AWS: 130 s, or the function's time-out where that is longer).</summary>
    public static readonly TimeSpan ProvisionedInit = TimeSpan.FromSeconds(130);

    /// <summary>After a provisioned instance could not be started; doubled with each failure in a row, up to the longest.</summary>
    public static readonly TimeSpan ProvisioningPause = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan LongestProvisioningPause = TimeSpan.FromMinutes(1);

    /// <summary>One such part of the node's memory is not given to provisioned instances.</summary>
    public const int KeptFromProvisioning = 10;

    /// <summary>Extensions are told of longer lines in pieces, as CloudWatch has them: a runtime may frame 64 MiB as one line.</summary>
    public const int ToldLineBytes = 256 * 1024;

    /// <summary>The log excerpt of <c>LogType=Tail</c>, in bytes (AWS: 4 KB).</summary>
    public const int TailBytes = 4 * 1024;

    /// <summary>How long an idle instance runs on before it is frozen: longer than a busy caller's pause, so that a thaw (0.2 ms) is rarely paid.</summary>
    public static readonly TimeSpan FreezeAfter = TimeSpan.FromMilliseconds(200);

    /// <summary>How long an idle instance is kept. AWS does not publish its own; 5 to 15 minutes are observed.</summary>
    public static readonly TimeSpan ReapAfter = TimeSpan.FromMinutes(8);

    /// <summary>An instance is replaced before its credentials end.</summary>
    public static readonly TimeSpan InstanceLifetime = TimeSpan.FromHours(11);

    public static readonly TimeSpan CredentialLifetime = TimeSpan.FromHours(12);

    /// <summary>
    /// An invocation waits behind busy instances as long as its expected wait is under this; beyond it, another instance starts.
    /// A cold start from standby takes about as long, so a new instance could not answer sooner.
    /// </summary>
    public static readonly TimeSpan TolerableWait = TimeSpan.FromMilliseconds(5);

    /// <summary>How long no instance of a function must have answered before another starts that nobody expected to be needed.</summary>
    public static readonly TimeSpan SilenceBeforeStart = 2 * TolerableWait;

    /// <summary>How often another instance starts where all processors are taken and those of the function compute.</summary>
    public static readonly TimeSpan BetweenCrowdedStarts = TimeSpan.FromSeconds(1);

    /// <summary>The longest that an invocation waits for memory where its function has no instance at all. Clients mostly wait as long.</summary>
    public static readonly TimeSpan WaitForRoom = TimeSpan.FromSeconds(60);

    /// <summary>For how long functions with several instances make way for one without any; it asks more often than that.</summary>
    public static readonly TimeSpan RoomWanted = 4 * TolerableWait;

    /// <summary>So many answers of a function tell how long it takes.</summary>
    public const int AnswersBeforeExpectation = 100;

    /// <summary>How long no answer may be put down to want of a processor, in which case no other instance starts.</summary>
    public static readonly TimeSpan LongestStarvation = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// What is sent ahead to an instance is expected to be run within this: less than starting another instance would take. An invocation
    /// under it is short.
    /// </summary>
    public static readonly TimeSpan SentAhead = TimeSpan.FromMilliseconds(1);

    /// <summary>So many short invocations in a row before an instance is sent further ones ahead: one that turns slow delays those behind it.</summary>
    public const int ShortOnesBeforeSendingAhead = 100;

    /// <summary>The most invocations that an instance is given at a time: measured, beyond 16 nothing is gained.</summary>
    public const int MostInFlight = 16;

    /// <summary>The largest event that is sent ahead: all of them fit into the channel's buffer in the kernel.</summary>
    public const int PayloadSentAheadBytes = 16 * 1024;

    /// <summary>Sandboxes of one function that may be starting at once: beyond it they only delay each other.</summary>
    public const int StartsAtOncePerFunction = 64;

    /// <summary>Sandbox boots at once on this node: each costs a core for some 40 ms.</summary>
    public static readonly int BootsAtOnce = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Standbys of one runtime kept at rest, and the most that demand may raise them to.</summary>
    public const int StandbysAtRest = 2;

    public const int StandbysAtMost = 12;

    /// <summary>A boot that is not ready by then has failed.</summary>
    public static readonly TimeSpan Boot = TimeSpan.FromSeconds(30);

    /// <summary>The limits of a standby until it is given a function.</summary>
    public const long StandbyMemoryBytes = 256L * 1024 * 1024;

    /// <summary>Processes and threads of one sandbox (AWS: 1,024).</summary>
    public const int Processes = 1024;

    /// <summary>AWS gives a function one vCPU per 1,769 MB.</summary>
    public const double MegabytesPerCore = 1769;

    /// <summary>The longest time that stopping the node waits for running invocations.</summary>
    public static readonly TimeSpan Drain = TimeSpan.FromSeconds(20);

    /// <summary>What has been ended, or given up in its init phase, is gone by then at the latest.</summary>
    public static readonly TimeSpan GivenUp = TimeSpan.FromSeconds(5);
}
