using System.Globalization;
using System.Text;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.CloudWatch.Chunks;

/// <summary>
/// The lines that bracket an invocation, in AWS's words: each ends with a newline, each field of REPORT with a tab.
/// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
/// </summary>
public static class PlatformLines
{
    public static string Render(in PlatformRecord record) => record.Kind switch
    {
        _ when record.IsJson => PlatformJson.Render(record),
        PlatformRecordKind.Start => $"START RequestId: {record.RequestId} Version: {record.Version}\n",
        PlatformRecordKind.End => $"END RequestId: {record.RequestId}\n",
        _ => Report(record),
    };

    static string Report(in PlatformRecord record)
    {
        var line = new StringBuilder(256);
        line.Append(CultureInfo.InvariantCulture, $"REPORT RequestId: {record.RequestId}\t");
        line.Append(CultureInfo.InvariantCulture, $"Duration: {record.Duration.TotalMilliseconds:0.00} ms\t");
        line.Append(CultureInfo.InvariantCulture, $"Billed Duration: {record.BilledMilliseconds} ms\t");
        line.Append(CultureInfo.InvariantCulture, $"Memory Size: {record.MemoryMegabytes} MB\t");
        line.Append(CultureInfo.InvariantCulture, $"Max Memory Used: {Megabytes(record)} MB\t");
        if (record.InitDuration is { } init)
            line.Append(CultureInfo.InvariantCulture, $"Init Duration: {init.TotalMilliseconds:0.00} ms\t");
        if (record.Status is { } status)
            line.Append(CultureInfo.InvariantCulture, $"Status: {status}\t");
        if (record.ErrorType is { } errorType)
            line.Append(CultureInfo.InvariantCulture, $"Error Type: {errorType}\t");
        // Not AWS's. It stands after every field of theirs, because parsers look for each field by its name.
        if (record.CpuTime > TimeSpan.Zero)
            line.Append(CultureInfo.InvariantCulture, $"CPU Time: {record.CpuTime.TotalMilliseconds:0.00} ms\t");
        line.Append('\n');
        if (record.TraceId is { } header && TraceHeader.Parse(header) is { Sampled: true } trace)
            Trace(line, trace);
        return line.ToString();
    }

    /// <summary>Of sampled invocations only, as on AWS. Aloft makes no segments of its own: the caller's is the one there is to name.</summary>
    static void Trace(StringBuilder line, TraceHeader trace)
    {
        line.Append(CultureInfo.InvariantCulture, $"XRAY TraceId: {trace.Root}\t");
        if (trace.Parent is { } segment)
            line.Append(CultureInfo.InvariantCulture, $"SegmentId: {segment}\t");
        line.Append("Sampled: true\t\n");
    }

    /// <summary>Rounded, at least 1, and never above the limit: the kernel's account may exceed it by a page or two.</summary>
    internal static long Megabytes(in PlatformRecord record)
    {
        var used = Math.Max(1, (record.PeakMemoryBytes + (1 << 19)) >> 20);
        return record.MemoryMegabytes > 0 ? Math.Min(used, record.MemoryMegabytes) : used;
    }

    internal static string Dropped(DropReason reason, long events, long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"ALOFT: {events} log events ({bytes} bytes) were dropped here: {Because(reason)}\n");

    static string Because(DropReason reason) => reason switch
    {
        DropReason.Rate => $"the stream exceeded {Limits.StreamBytesPerSecond >> 20} MiB per second.",
        _ => "log lines arrived faster than the database stored them.",
    };
}
