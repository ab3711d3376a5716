namespace Aloft.Platform.Kernel;

/// <summary>
/// Where the function engine's log lines go: implemented by <c>CloudWatch</c>. Writing never blocks an invocation: lines are
/// buffered within a bound, written in chunks, and counted as dropped, in the stream itself, beyond it.
/// </summary>
public interface ILogSink
{
    /// <summary>A stream to append to. Creates group and stream durably with the first chunk. Thread-safe for one writer at a time.</summary>
    ILogStream Open(string account, string region, string group, string stream);

    /// <summary>Completes when everything appended before the call can be read back.</summary>
    ValueTask Flush(CancellationToken stop);
}

public interface ILogStream
{
    /// <summary>One event: a line or a multi-line message of one write. UTF-8; at most 256 KiB, longer ones are split by the implementation.</summary>
    void Append(DateTimeOffset timestamp, ReadOnlySpan<byte> message);

    /// <summary>The START, END and REPORT events of an invocation are stored as figures and rendered when read: the hot path formats no text.</summary>
    void AppendPlatform(in PlatformRecord record);
}

public enum PlatformRecordKind : byte { Start = 1, End = 2, Report = 3 }

/// <summary>One of the three lines that bracket an invocation, in figures. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html</summary>
public readonly record struct PlatformRecord(
    PlatformRecordKind Kind,
    DateTimeOffset Timestamp,
    Guid RequestId,
    string Version)
{
    /// <summary>Report: wall time of the invocation.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Report: wall time of the init phase, when this invocation was the cold start; else null.</summary>
    public TimeSpan? InitDuration { get; init; }

    /// <summary>
    /// Report: what AWS bills, the invocation and, since August 2025, its init phase, together rounded up to a millisecond.
    /// https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
    /// </summary>
    public long BilledMilliseconds => (long)Math.Ceiling((Duration + (InitDuration ?? TimeSpan.Zero)).TotalMilliseconds);

    /// <summary>Report: CPU time by the kernel's account.</summary>
    public TimeSpan CpuTime { get; init; }

    public int MemoryMegabytes { get; init; }

    public long PeakMemoryBytes { get; init; }

    /// <summary>Report: "timeout" or "error" for AWS's Status field; null when it went well.</summary>
    public string? Status { get; init; }

    public string? ErrorType { get; init; }

    /// <summary>To be shown as JSON instead of text. Kept of starts and reports.</summary>
    public bool IsJson { get; init; }

    /// <summary>Report: the X-Amzn-Trace-Id header as it came, <c>Root=1-…;Parent=…;Sampled=1</c>; null where it is not sampled.</summary>
    public string? TraceId { get; init; }
}
