using Aloft.Platform.CloudWatch.Chunks;

namespace Aloft.Platform.Functions.History;

/// <summary>
/// Encodes invocations of one version into a chunk. Hot: every invocation passes here. Not thread-safe.
/// </summary>
/// <remarks>
/// Figures and payloads are apart, so that a list reads no payloads. Of each invocation the figures hold: its request id (16 bytes, never
/// compressed: the database searches for them); its end in ms, relative to the one before (the first: to 1970); <see cref="RecordParts"/>;
/// its source; duration, CPU time, peak; its init and error type where the parts say so; the lengths of event and answer. The payloads hold,
/// where the parts say so: the event, qualifier, client context, trace id and content type; the answer; its digest.
/// <see cref="RecordReader"/> is the other half.
/// </remarks>
sealed class RecordWriter
{
    /// <summary>What an invocation's figures take at most, its error type apart.</summary>
    internal const int FiguresAtMost = 16 + 2 + (7 * 10);

    readonly RecordBytes figures = new();
    readonly RecordBytes payloads = new();
    ChunkSums sums;
    long firstMs;
    long lastMs;
    long previousMs;

    internal int Length => figures.Length + payloads.Length;

    internal bool IsEmpty => sums.Invocations == 0 && sums.Dropped == 0;

    internal void Append(in InvocationFigures one, InvocationContent? content)
    {
        var ms = one.EndedAt.ToUnixTimeMilliseconds();
        Note(ms);
        sums.Add(one);

        var parts = (one.Failed ? RecordParts.Failed : 0)
            | (one.Init is null ? 0 : RecordParts.Init)
            | (one.Streamed ? RecordParts.Streamed : 0)
            | (content is null ? 0 : RecordParts.Event)
            | (content?.Answer is null ? 0 : RecordParts.Answer)
            | (content?.AnswerDigest is null ? 0 : RecordParts.AnswerDigest);
        figures.Id(one.RequestId);
        figures.Signed(ms - previousMs);
        previousMs = ms;
        figures.Byte((byte)parts);
        figures.Byte((byte)one.Source);
        figures.Number(one.Duration.Ticks);
        figures.Number(one.Cpu.Ticks);
        figures.Number(one.PeakBytes);
        if (one.Init is { } init)
            figures.Number(init.Ticks);
        if (one.ErrorType is { } type)
            figures.Text(type.AsSpan(0, Math.Min(type.Length, Limits.ErrorTypeLength)));
        figures.Number(one.EventBytes);
        figures.Number(one.AnswerBytes);
        if (content is { } kept)
            Append(kept);
    }

    void Append(in InvocationContent kept)
    {
        payloads.Bytes(kept.Event.Span);
        payloads.Text(kept.Qualifier);
        payloads.Text(kept.ClientContext);
        payloads.Text(kept.TraceId);
        payloads.Text(kept.ContentType);
        if (kept.Answer is { } answer)
            payloads.Bytes(answer.Span);
        if (kept.AnswerDigest is { } digest)
            payloads.Bytes(digest);
    }

    /// <summary>Counts what there was no room for.</summary>
    internal void Drop(long ms, long count = 1)
    {
        Note(ms);
        sums.Dropped += count;
    }

    void Note(long ms)
    {
        if (IsEmpty)
            firstMs = lastMs = ms;
        else
            (firstMs, lastMs) = (Math.Min(firstMs, ms), Math.Max(lastMs, ms));
    }

    /// <summary>The chunk, its payloads compressed where that pays. Nothing can be written afterwards.</summary>
    internal RecordChunk Finish(long id)
    {
        var (format, packed) = ChunkCompression.Pack(payloads.Written);
        var chunk = new RecordChunk(id, firstMs, lastMs, sums, figures.Written.ToArray(), format, payloads.Length, packed);
        figures.Release();
        payloads.Release();
        return chunk;
    }
}

/// <summary>Persisted: never renumber.</summary>
[Flags]
enum RecordParts : byte { Failed = 1, Init = 2, Event = 4, Answer = 8, AnswerDigest = 16, Streamed = 32 }

/// <summary>Some invocations of one version as one row.</summary>
/// <param name="RawBytes">The length of the payloads before compression.</param>
sealed record RecordChunk(
    long Id, long FirstMs, long LastMs, ChunkSums Sums, byte[] Figures, ChunkFormat Format, int RawBytes, byte[] Payloads)
{
    internal int StoredBytes => Limits.BareChunkBytes + Figures.Length + Payloads.Length;
}

/// <summary>What a bill needs of a chunk's invocations. Durations are in ticks.</summary>
record struct ChunkSums
{
    internal long Invocations, Failures, ColdStarts, Dropped;
    internal long Duration, Longest, BilledMs, Init, PeakBytes;

    /// <summary>Of those that took as long as their CPU time or longer: that time, and what they took beyond it.</summary>
    internal long Cpu, Wait;

    /// <summary>Of those that used more CPU time than they took, on several cores.</summary>
    internal long ParallelCpu, ParallelDuration;

    internal void Add(in InvocationFigures one)
    {
        var (duration, cpu) = (one.Duration.Ticks, one.Cpu.Ticks);
        Invocations++;
        Failures += one.Failed ? 1 : 0;
        ColdStarts += one.Init is null ? 0 : 1;
        Duration += duration;
        Longest = Math.Max(Longest, duration);
        BilledMs += one.BilledMs;
        Init += one.Init?.Ticks ?? 0;
        PeakBytes = Math.Max(PeakBytes, one.PeakBytes);
        if (cpu <= duration)
            (Cpu, Wait) = (Cpu + cpu, Wait + duration - cpu);
        else
            (ParallelCpu, ParallelDuration) = (ParallelCpu + cpu, ParallelDuration + duration);
    }

    internal void Add(in ChunkSums other)
    {
        Invocations += other.Invocations;
        Failures += other.Failures;
        ColdStarts += other.ColdStarts;
        Dropped += other.Dropped;
        Duration += other.Duration;
        Longest = Math.Max(Longest, other.Longest);
        BilledMs += other.BilledMs;
        Init += other.Init;
        PeakBytes = Math.Max(PeakBytes, other.PeakBytes);
        Cpu += other.Cpu;
        Wait += other.Wait;
        ParallelCpu += other.ParallelCpu;
        ParallelDuration += other.ParallelDuration;
    }
}
