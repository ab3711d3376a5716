namespace Aloft.Platform.Functions.History;

/// <summary>The bounds of what is remembered of invocations.</summary>
static class Limits
{
    /// <summary>What waits in memory is stored this often: a kill loses no more than that of the history, and of nothing else anything.</summary>
    internal static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>What waits in memory while the database is slow or down; beyond it invocations are counted, not recorded.</summary>
    internal const long PendingBytes = 64L * 1024 * 1024;

    /// <summary>A chunk is sealed beyond this: big enough to compress well, small enough to read for one invocation.</summary>
    internal const int ChunkBytes = 1024 * 1024;

    /// <summary>One transaction of the flush carries about this much, so that it does not hold up other writes for long.</summary>
    internal const int FlushBytes = 4 * 1024 * 1024;

    /// <summary>
    /// Events and answers that one version's successes may add in the long run, and its failures once more: so compressing and storing them
    /// costs little at full load (measured: about a millisecond of CPU for a MB). Beyond it the figures alone are kept.
    /// </summary>
    internal const long PayloadBytesPerSecond = 4 * 1024 * 1024;

    /// <summary>What a version that has been quiet may add at once, above the rate: some of the largest events with their answers.</summary>
    internal const long PayloadBurstBytes = 32 * 1024 * 1024;

    /// <summary>A streamed answer beyond this is remembered by its digest.</summary>
    internal const int StreamedAnswerBytes = 256 * 1024;

    /// <summary>Error types are cut to this: real ones are far shorter.</summary>
    internal const int ErrorTypeLength = 128;

    /// <summary>What a thinned out chunk takes: its sums and its place in four indexes.</summary>
    internal const int BareChunkBytes = 512;

    /// <summary>Packages that are kept only because an invocation of them is remembered, together; those not used longest go first.</summary>
    internal const long SnapshotCodeBytes = 2L * 1024 * 1024 * 1024;

    /// <summary>Rows that one transaction of the expiry touches: short enough not to hold up other writes.</summary>
    internal const int ExpiryBatchRows = 500;

    /// <summary>The history is looked through for what has expired at least this often, and whenever a sixteenth of its room was written.</summary>
    internal static readonly TimeSpan ExpireEvery = TimeSpan.FromMinutes(10);

    /// <summary>Small chunks are merged so often, once they are so old that nothing is added to them any more.</summary>
    internal static readonly TimeSpan MergeEvery = TimeSpan.FromMinutes(1);

    internal static readonly TimeSpan MergeAfter = TimeSpan.FromSeconds(30);

    /// <summary>A chunk below this is small: a quarter of it is what a row costs beside its content.</summary>
    internal const int MergedBelowBytes = 32 * 1024;

    /// <summary>So many small chunks make it worth while: each byte is then written again a few times at most.</summary>
    internal const int MergedAtLeast = 16;

    internal const int MergedAtMost = 256;

    /// <summary>Versions, by the hour, whose chunks are merged in one go.</summary>
    internal const int MergedVersions = 100;

    /// <summary>Chunks that are looked at together in a search for a request id.</summary>
    internal const int SearchBatchChunks = 1000;

    /// <summary>Chunks that are read together for a list.</summary>
    internal const int ListBatchChunks = 64;

    /// <summary>Invocations that one list shows at most.</summary>
    internal const int Listed = 1000;

    /// <summary>Versions that one bill counts.</summary>
    internal const int BilledVersions = 10_000;

    /// <summary>How long stopping waits for the last records to be stored.</summary>
    internal static readonly TimeSpan Drain = TimeSpan.FromSeconds(5);
}
