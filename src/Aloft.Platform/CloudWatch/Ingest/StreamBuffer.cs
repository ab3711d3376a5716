using Aloft.Platform.CloudWatch.Chunks;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.CloudWatch.Ingest;

/// <summary>
/// The events of one stream that are not stored yet. Appending encodes into a pooled buffer under a lock that only the flush
/// ever contends for: no task, no text, no allocation except once a chunk.
/// </summary>
sealed class StreamBuffer(LogSink sink, LogStreamKey stream) : ILogStream
{
    /// <summary>Once a stream exceeds its rate, it must have regained this much: one "dropped" line stands for many lost ones.</summary>
    const long ResumeAtBytes = Limits.StreamBytesPerSecond / 10;

    /// <summary>A stream that was quiet for this long may log its whole burst.</summary>
    const long FullAgainMs = 1 + (1000 * Limits.StreamBurstBytes / Limits.StreamBytesPerSecond);

    readonly Lock gate = new();
    ChunkWriter? writer;
    bool queued;

    long allowance = Limits.StreamBurstBytes;
    long refilledMs;
    bool overRate;

    DropReason dropReason;
    long droppedMs;
    long droppedEvents;
    long droppedBytes;

    public void Append(DateTimeOffset timestamp, ReadOnlySpan<byte> message)
    {
        var ms = timestamp.ToUnixTimeMilliseconds();
        lock (gate)
        {
            while (message.Length > Limits.MaxFunctionEventBytes)
            {
                var cut = CharacterBoundary(message, Limits.MaxFunctionEventBytes);
                AppendText(ms, message[..cut]);
                message = message[cut..];
            }
            AppendText(ms, message);
        }
    }

    public void AppendPlatform(in PlatformRecord record)
    {
        var ms = record.Timestamp.ToUnixTimeMilliseconds();
        lock (gate)
        {
            // Not counted against the rate: invocations bound them, and a flooding function's REPORT lines must stay.
            if (Room(ms, ChunkWriter.NeedForPlatform(record)))
                writer!.AppendPlatform(ms, record);
            else
                Drop(ms, 0, DropReason.Memory);
        }
    }

    /// <summary>Hands over what is buffered. Called by the flush, after it took this buffer from its queue.</summary>
    internal void Seal()
    {
        lock (gate)
        {
            queued = false;
            if (droppedEvents > 0)
                AppendDropped();
            HandOver();
        }
    }

    void AppendText(long ms, ReadOnlySpan<byte> message)
    {
        if (!WithinRate(ms, message.Length))
            Drop(ms, message.Length, DropReason.Rate);
        else if (Room(ms, ChunkWriter.NeedForText(message.Length)))
            writer!.AppendText(ms, message);
        else
            Drop(ms, message.Length, DropReason.Memory);
    }

    bool WithinRate(long ms, int bytes)
    {
        if (ms > refilledMs)
        {
            var elapsedMs = Math.Min(ms - refilledMs, FullAgainMs);
            allowance = Math.Min(Limits.StreamBurstBytes, allowance + (elapsedMs * Limits.StreamBytesPerSecond / 1000));
            refilledMs = ms;
        }
        if (overRate)
            overRate = allowance < ResumeAtBytes;
        if (!overRate && allowance < bytes)
            overRate = true;
        if (!overRate)
            allowance -= bytes;
        return !overRate;
    }

    /// <summary>Makes room for one entry, and first tells of what was dropped before it.</summary>
    bool Room(long ms, int need)
    {
        if (droppedEvents > 0)
        {
            if (!TryRoom(droppedMs, ChunkWriter.NeedForDropped))
                return false;
            AppendDropped();
        }
        return TryRoom(ms, need);
    }

    bool TryRoom(long ms, int need)
    {
        if (writer is not null && !writer.Accepts(ms, need))
        {
            HandOver();
            sink.Wake();
        }
        writer ??= new();
        if (!writer.HasRoom(need))
        {
            var capacity = writer.CapacityFor(need);
            if (!sink.TryReserve(capacity - writer.Capacity))
                return false;
            writer.Grow(capacity);
        }
        Queue();
        return true;
    }

    void Drop(long ms, int bytes, DropReason reason)
    {
        if (droppedEvents++ == 0)
            (droppedMs, dropReason) = (ms, reason);
        droppedBytes += bytes;
        Queue();
    }

    void AppendDropped()
    {
        if (writer is not null && !writer.Accepts(droppedMs, ChunkWriter.NeedForDropped))
            HandOver();
        writer ??= new();
        if (!writer.HasRoom(ChunkWriter.NeedForDropped))
        {
            // Beyond the bound, if need be: some bytes for the line that says so.
            var capacity = writer.CapacityFor(ChunkWriter.NeedForDropped);
            sink.Reserve(capacity - writer.Capacity);
            writer.Grow(capacity);
        }
        writer.AppendDropped(droppedMs, dropReason, droppedEvents, droppedBytes);
        (droppedEvents, droppedBytes) = (0, 0);
    }

    void Queue()
    {
        if (queued)
            return;
        queued = true;
        sink.Queue(this);
    }

    void HandOver()
    {
        if (writer is { IsEmpty: false })
            sink.HandOver(stream, writer);
        else if (writer is not null)
            sink.Discard(writer);
        writer = null;
    }

    /// <summary>The last place at or before <paramref name="at"/> that does not tear a UTF-8 sequence apart.</summary>
    static int CharacterBoundary(ReadOnlySpan<byte> utf8, int at)
    {
        const int longestTail = 3;
        for (var cut = at; cut >= at - longestTail; cut--)
            if ((utf8[cut] & 0xC0) != 0x80)
                return cut;
        return at;
    }
}
