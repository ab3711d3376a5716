namespace Aloft.Platform.Functions.Registry;

/// <summary>https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, and where it says nothing, ours.</summary>
internal static class Limits
{
    /// <summary>AWS: 75 GB of function packages in an account and region, as GetAccountSettings gives it.</summary>
    public const long CodeStorageBytes = 80_530_636_800;

    /// <summary>AWS: concurrency that must stay unreserved in an account and region.</summary>
    public const int UnreservedMinimum = 100;

    /// <summary>AWS: tags of a resource.</summary>
    public const int Tags = 50;

    /// <summary>Ours: lookups kept in memory, a few KiB each at most.</summary>
    public const int KeptLookups = 20_000;

    /// <summary>Ours: versions and aliases of one function whose lookups are kept in memory.</summary>
    public const int KeptQualifiers = 100;

    /// <summary>AWS: bytes of a resource policy.</summary>
    public const int PolicyBytes = 20_480;

    /// <summary>Ours: aliases that a refusal names.</summary>
    public const int AliasesInAMessage = 20;

    /// <summary>Ours: functions that become active at the same time on this node.</summary>
    public const int ConcurrentActivations = 4;

    /// <summary>Ours: unsettled functions that a start takes up; more than a kill can leave, and invoking one takes it up too.</summary>
    public const int RecoveryBatch = 10_000;

    /// <summary>Ours: how long an invocation waits for a function that is being created.</summary>
    public static readonly TimeSpan ActivationWait = TimeSpan.FromSeconds(10);
}
