using Aloft.Platform.Functions.History;
using Aloft.Wire.SigV4;

namespace Aloft;

/// <summary>How to run a node: the options of <c>aloft up</c>, checked.</summary>
public sealed record NodeSettings
{
    public const int DefaultPort = 4566;

    /// <summary>0 picks a free one.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>An IP address, or a name that resolves to one of this machine's.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Absolute path; made when it does not exist.</summary>
    public required string DataFolder { get; init; }

    /// <summary>A PostgreSQL URL (<c>postgres://…</c>), or null for SQLite in the data folder.</summary>
    public Uri? Postgres { get; init; }

    public RequestedIsolation Isolation { get; init; } = RequestedIsolation.Auto;

    /// <summary>Refuse a runtime version that is not installed, instead of running the nearest one.</summary>
    public bool StrictRuntimes { get; init; }

    /// <summary>Verify signatures and refuse ill-formed or expired ones.</summary>
    public bool Auth { get; init; }

    /// <summary>The root user's key, where the operator chose it.</summary>
    public Credentials? Root { get; init; }

    /// <summary>How much is remembered of past invocations.</summary>
    public HistorySettings History { get; init; } = HistorySettings.Default;

    /// <summary>Log as one JSON object a line.</summary>
    public bool JsonLogs { get; init; }
}

/// <summary>What <c>--isolation</c> takes, in lower case.</summary>
public enum RequestedIsolation
{
    /// <summary>
    /// The strongest of the quick ones that passes its self-test here: container, else process, but never where this node was isolated before.
    /// </summary>
    Auto,
    Container,
    Gvisor,
    Process,
}
