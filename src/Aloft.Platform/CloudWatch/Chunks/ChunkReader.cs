using System.Text;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.CloudWatch.Chunks;

/// <summary>Walks the entries of a chunk's uncompressed bytes in the order in which they were appended; renders only on demand.</summary>
ref struct ChunkReader(ReadOnlySpan<byte> bytes)
{
    readonly ReadOnlySpan<byte> bytes = bytes;
    int offset;
    EntryKind kind;
    ReadOnlySpan<byte> text;
    PlatformRecord record;
    (DropReason Reason, long Events, long Bytes) dropped;

    /// <summary>The current event's time, in ms since 1970.</summary>
    internal long TimestampMs { get; private set; }

    /// <summary>The current event's place in the chunk, from 0.</summary>
    internal int Index { get; private set; } = -1;

    internal bool MoveNext()
    {
        if (offset == bytes.Length)
            return false;

        var head = bytes[offset++];
        kind = (EntryKind)(head & 0x0F);
        var zigzag = Varint();
        TimestampMs += (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
        Index++;
        switch (kind)
        {
            case EntryKind.Text:
                text = Bytes();
                break;
            case EntryKind.Dropped:
                dropped = ((DropReason)bytes[offset++], (long)Varint(), (long)Varint());
                break;
            case EntryKind.Start or EntryKind.End or EntryKind.Report:
                Platform((head & ChunkWriter.SameRequest) != 0);
                record = record with { IsJson = (head & ChunkWriter.Json) != 0 };
                break;
            default:
                throw new InvalidDataException($"A log chunk holds an entry of unknown kind {kind} at {offset - 1}.");
        }
        return true;
    }

    /// <summary>The current event's message.</summary>
    internal readonly string Render() => kind switch
    {
        EntryKind.Text => Encoding.UTF8.GetString(text),
        EntryKind.Dropped => PlatformLines.Dropped(dropped.Reason, dropped.Events, dropped.Bytes),
        _ => PlatformLines.Render(record),
    };

    void Platform(bool sameRequest)
    {
        var request = record.RequestId;
        if (!sameRequest)
        {
            request = new Guid(bytes.Slice(offset, 16));
            offset += 16;
        }
        var time = DateTimeOffset.FromUnixTimeMilliseconds(TimestampMs);
        record = kind switch
        {
            EntryKind.Start => new(PlatformRecordKind.Start, time, request, Text() is { Length: > 0 } version ? version : "$LATEST"),
            EntryKind.End => new(PlatformRecordKind.End, time, request, ""),
            _ => Report(new(PlatformRecordKind.Report, time, request, "")),
        };
    }

    PlatformRecord Report(PlatformRecord empty)
    {
        var parts = (ReportParts)bytes[offset++];
        return empty with
        {
            Duration = Span(),
            CpuTime = Span(),
            MemoryMegabytes = (int)Varint(),
            PeakMemoryBytes = (long)Varint(),
            InitDuration = parts.HasFlag(ReportParts.Init) ? Span() : null,
            Status = parts.HasFlag(ReportParts.Status) ? Text() : null,
            ErrorType = parts.HasFlag(ReportParts.ErrorType) ? Text() : null,
            TraceId = parts.HasFlag(ReportParts.Trace) ? Text() : null,
        };
    }

    TimeSpan Span() => new((long)Varint());

    string Text() => Encoding.UTF8.GetString(Bytes());

    ReadOnlySpan<byte> Bytes()
    {
        var count = (int)Varint();
        var part = bytes.Slice(offset, count);
        offset += count;
        return part;
    }

    ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[offset++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
