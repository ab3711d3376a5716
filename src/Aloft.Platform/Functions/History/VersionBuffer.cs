using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Functions.History;

/// <summary>
/// The invocations of one version that are not stored yet. Appending encodes into a pooled buffer under a lock that the version's instances
/// and the flush share: no task, no text, no allocation except once a chunk.
/// </summary>
sealed class VersionBuffer(InvocationRecorder recorder, FunctionVersion function)
{
    readonly Lock gate = new();
    readonly PayloadAllowance successes = new();
    readonly PayloadAllowance failures = new();
    RecordWriter? writer;
    int reserved;
    bool queued;

    /// <summary>An invocation that ended, before its answer reaches its caller.</summary>
    /// <param name="report">Its REPORT.</param>
    public void Append(Invocation invocation, in PlatformRecord report, in InvocationAnswer answer)
    {
        var failed = answer.Kind == AnswerKind.FunctionError;
        var stream = answer.ContentType is null || failed ? null : invocation.Stream?.Copy;
        var figures = new InvocationFigures(
            invocation.RequestId, report.Timestamp, invocation.Source, report.Duration, report.InitDuration, report.CpuTime, report.PeakMemoryBytes,
            failed ? report.ErrorType ?? FunctionFailure.TypeOf(answer.Payload) ?? "Unhandled" : null,
            invocation.Payload.Length, stream?.Length ?? answer.Payload.Length, answer.ContentType is not null && !failed);
        var content = new InvocationContent(
            invocation.Payload, Qualifier(invocation), invocation.ClientContext, invocation.TraceId, answer.ContentType ?? "",
            Answer(answer, stream), stream?.Digest());

        var bytes = (content.Answer?.Length ?? 0) + content.Event.Length + (3 * (content.ClientContext.Length + content.TraceId.Length)) + 64;
        lock (gate)
        {
            var keep = (failed ? failures : successes).Take(report.Timestamp.ToUnixTimeMilliseconds(), bytes);
            Append(figures, keep ? content : null, RecordWriter.FiguresAtMost + (keep ? bytes : 0));
        }
    }

    static ReadOnlyMemory<byte>? Answer(in InvocationAnswer answer, StreamedCopy? stream)
    {
        if (stream is null)
            return answer.Payload;
        return stream.Whole() is { } whole ? whole : default(ReadOnlyMemory<byte>?);
    }

    void Append(in InvocationFigures figures, InvocationContent? content, int need)
    {
        writer ??= new();
        if (recorder.TryReserve(need))
        {
            reserved += need;
            writer.Append(figures, content);
        }
        else
        {
            writer.Drop(figures.EndedAt.ToUnixTimeMilliseconds());
        }
        if (!queued)
        {
            queued = true;
            recorder.Queue(this);
        }
        if (writer.Length > Limits.ChunkBytes)
            HandOver();
    }

    string Qualifier(Invocation invocation)
    {
        var unqualified = function.Key.Text.Length;
        return invocation.InvokedArn.Length > unqualified ? invocation.InvokedArn[(unqualified + 1)..] : "";
    }

    /// <summary>Hands over what is buffered. Called by the flush, after it took this buffer from its queue.</summary>
    internal void Seal()
    {
        lock (gate)
        {
            queued = false;
            HandOver();
        }
    }

    void HandOver()
    {
        if (writer is { IsEmpty: false })
            recorder.HandOver(function, writer, reserved);
        (writer, reserved) = (null, 0);
    }
}

/// <summary>How many bytes of payloads may be kept now: a rate, with a burst for what has been quiet. Not thread-safe.</summary>
sealed class PayloadAllowance
{
    long allowance = Limits.PayloadBurstBytes;
    long refilledMs;

    internal bool Take(long nowMs, int bytes)
    {
        if (nowMs > refilledMs)
        {
            var elapsedMs = Math.Min(nowMs - refilledMs, 1000 * Limits.PayloadBurstBytes / Limits.PayloadBytesPerSecond);
            allowance = Math.Min(Limits.PayloadBurstBytes, allowance + (elapsedMs * Limits.PayloadBytesPerSecond / 1000));
            refilledMs = nowMs;
        }
        if (allowance < bytes)
            return false;
        allowance -= bytes;
        return true;
    }
}
