using Aloft.Platform.Functions.Standby;
using Aloft.Sandbox;
using Aloft.Wire.SigV4;
using Microsoft.Extensions.Logging;

namespace Aloft;

/// <summary>Starts a node and returns when it is ready to serve.</summary>
internal delegate Task<RunningNode> StartNode(NodeSettings settings, ILoggerFactory loggers, CancellationToken stop);

/// <summary>What <c>up</c> needs of a node that serves.</summary>
/// <param name="Drain">
/// Takes no more requests, lets running ones finish within their bound, stops and leaves nothing behind. Its token means: at once.
/// </param>
internal sealed record RunningNode(NodeFacts Facts, Func<CancellationToken, Task> Drain);

/// <summary>What a person needs to know of a node.</summary>
/// <param name="Endpoint">With the port that was really bound: <c>http://127.0.0.1:4566</c>.</param>
/// <param name="IsolationReason">One line: the technology, its version and why it was chosen.</param>
/// <param name="Database">One line: <c>SQLite 3.40.1</c>, <c>PostgreSQL 15.8 at host/database</c>. Without a password.</param>
internal sealed record NodeFacts(
    Uri Endpoint,
    Isolation Isolation,
    string IsolationReason,
    IReadOnlyList<InstalledRuntime> Runtimes,
    string DataFolder,
    string Database)
{
    /// <summary>The key of the cloud's root user; null when every key is accepted.</summary>
    public Credentials? Root { get; init; }
}
