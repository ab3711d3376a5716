namespace Aloft.Platform.CloudWatch;

/// <summary>The bounds of this slice. AWS's own are from https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html and the API model.</summary>
static class Limits
{
    // AWS's, of one PutLogEvents batch.
    internal const int MaxBatchBytes = 1_048_576;
    internal const int MaxBatchEvents = 10_000;
    internal const int EventOverheadBytes = 26;
    internal static readonly TimeSpan MaxBatchSpan = TimeSpan.FromHours(24);
    internal static readonly TimeSpan MaxEventAge = TimeSpan.FromDays(14);
    internal static readonly TimeSpan MaxEventLead = TimeSpan.FromHours(2);

    /// <summary>A full batch whose every character is escaped in JSON (six bytes), with its 10,000 frames and times.</summary>
    internal const int MaxBodyBytes = 8 * 1024 * 1024;

    // AWS's, of one page of events.
    internal const int MaxPageEvents = 10_000;
    internal const int MaxPageBytes = 1_048_576;

    // AWS's, of names, lists and patterns.
    internal const int MaxNameLength = 512;
    internal const int MaxIdentifierLength = 2048;
    internal const int MaxDescribed = 50;
    internal const int MaxStreamNames = 100;
    internal const int MaxPatternLength = 1024;
    internal const int MaxPatternRegexes = 2;
    internal const int MaxTags = 50;
    internal const int MaxTagKeyLength = 128;
    internal const int MaxTagValueLength = 256;

    /// <summary>The values that PutRetentionPolicy takes.</summary>
    internal static readonly int[] RetentionDays =
        [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

    /// <summary>Parentheses within parentheses: keeps the recursion of parser and matcher shallow.</summary>
    internal const int MaxPatternDepth = 32;

    /// <summary>The sum of a regular expression's counted repetitions: each is copied into the automaton.</summary>
    internal const int MaxRegexRepetitions = 1000;

    /// <summary>A message of a function longer than this is split: AWS's 256 KiB for one event, less its overhead.</summary>
    internal const int MaxFunctionEventBytes = (256 * 1024) - EventOverheadBytes;

    /// <summary>A chunk is sealed before it would exceed this: big enough to compress well, small enough to read for one line.</summary>
    internal const int MaxChunkBytes = 256 * 1024;

    /// <summary>Where a stream's buffer starts: some hundred invocations.</summary>
    internal const int FirstBufferBytes = 4 * 1024;

    /// <summary>
    /// No chunk spans more time than this. So the chunks that can hold an event of a given time lie within this distance of it
    /// in the index: that makes reading the tail of a big group cheap.
    /// </summary>
    internal const long MaxChunkSpanMs = 10_000;

    /// <summary>Strings within a platform record are cut to this many characters; real ones are far shorter.</summary>
    internal const int MaxRecordTextLength = 256;

    /// <summary>Chunks larger than this are compressed; below, the gain is less than a database page.</summary>
    internal const int CompressAboveBytes = 4 * 1024;

    /// <summary>Lines wait at most this long, so that a follower sees them "at once".</summary>
    internal static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>One transaction of the flush carries at most this much, so that it does not hold up other writes for long.</summary>
    internal const int MaxFlushBytes = 4 * 1024 * 1024;

    /// <summary>What all buffers together may hold while the database is slow or down; then lines are dropped, and counted.</summary>
    internal const long MaxPendingBytes = 64L * 1024 * 1024;

    /// <summary>
    /// What a function may log in the long run, per stream (one instance): five batches of 1 MiB a second was AWS's own bound
    /// for a stream. One flooding function can then not fill the disk in minutes.
    /// </summary>
    internal const long StreamBytesPerSecond = 5 * 1024 * 1024;

    /// <summary>What a stream that has been quiet may log at once, above the rate.</summary>
    internal const long StreamBurstBytes = 16 * 1024 * 1024;

    /// <summary>All chunks together; beyond it the oldest of the biggest group go first.</summary>
    internal const long MaxStoredBytes = 10L * 1024 * 1024 * 1024;

    /// <summary>Rows that one transaction of the expiry deletes: short enough not to hold up other writes.</summary>
    internal const int ExpiryBatchRows = 500;

    /// <summary>Uncompressed bytes that one search call examines before it answers with what it has and a token.</summary>
    internal const long MaxExaminedBytes = 32L * 1024 * 1024;

    /// <summary>A small chunk counts as this much of it: a page of the database is read for it.</summary>
    internal const int ExaminedBytesPerChunk = 4096;

    /// <summary>Chunks fetched at a time while searching.</summary>
    internal const int SearchBatchChunks = 16;

    /// <summary>How long stopping waits for the last lines to be stored.</summary>
    internal static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);
}
