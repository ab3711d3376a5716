using System.Runtime.CompilerServices;
using System.Text;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.CloudWatch.Chunks;

/// <summary>
/// Encodes the events of one chunk into a pooled buffer, without formatting any text. Hot: an invocation passes here three times.
/// Not thread-safe.
/// </summary>
/// <remarks>
/// An entry is: a byte with the kind in its low four bits, <see cref="SameRequest"/> and <see cref="Json"/>; the time in ms as a zigzag varint,
/// relative to the entry before (the first: to 1970); the body. Numbers are varints, strings have a length before them.
/// <see cref="ChunkReader"/> is the other half.
/// </remarks>
sealed class ChunkWriter
{
    /// <summary>Set when the request id is the one of the previous platform entry, and therefore left out.</summary>
    internal const byte SameRequest = 0x10;

    /// <summary>Set on a platform entry that is rendered as JSON.</summary>
    internal const byte Json = 0x20;

    const int MaxVarint = 10;
    const int EntryHead = 1 + MaxVarint;
    const int RequestIdBytes = 16;

    byte[] buffer = [];
    int length;
    long previousMs;
    Guid request;

    internal long FirstMs { get; private set; }
    internal long LastMs { get; private set; }
    internal int Events { get; private set; }
    internal int Capacity => buffer.Length;
    internal bool IsEmpty => Events == 0;

    /// <summary>At most this many bytes an entry takes, whatever its figures.</summary>
    internal static int NeedForText(int messageBytes) => EntryHead + MaxVarint + messageBytes;

    internal static int NeedForDropped => EntryHead + 1 + (2 * MaxVarint);

    internal static int NeedForPlatform(in PlatformRecord record) => EntryHead + RequestIdBytes + record.Kind switch
    {
        PlatformRecordKind.Start => NeedForString(record.Version),
        PlatformRecordKind.Report =>
            1 + (5 * MaxVarint) + NeedForString(record.Status) + NeedForString(record.ErrorType) + NeedForString(record.TraceId),
        _ => 0,
    };

    static int NeedForString(string? text) => text is null ? 0 : MaxVarint + (3 * Math.Min(text.Length, Limits.MaxRecordTextLength));

    /// <summary>Whether an entry of that time and size may join this chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Accepts(long ms, int need) =>
        Events == 0
        || (length + need <= Limits.MaxChunkBytes && ms - FirstMs <= Limits.MaxChunkSpanMs && LastMs - ms <= Limits.MaxChunkSpanMs);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool HasRoom(int need) => buffer.Length - length >= need;

    /// <summary>The buffer size that <paramref name="need"/> more bytes ask for.</summary>
    internal int CapacityFor(int need) =>
        Math.Max(Limits.FirstBufferBytes, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(length + need)));

    /// <summary>Makes room by moving to a buffer of the pool of at least that size.</summary>
    internal void Grow(int capacity)
    {
        var larger = Buffers.Rent(capacity);
        buffer.AsSpan(0, length).CopyTo(larger);
        Release();
        buffer = larger;
    }

    /// <summary>Gives the buffer back. What was written is gone.</summary>
    internal void Release()
    {
        Buffers.Return(buffer);
        buffer = [];
    }

    /// <summary>The chunk, compressed where that pays. The writer is empty afterwards and its buffer back in the pool.</summary>
    internal Chunk Finish(long id)
    {
        var (format, data) = ChunkCompression.Pack(buffer.AsSpan(0, length));
        var chunk = new Chunk(id, FirstMs, LastMs, Events, format, length, data);
        Release();
        (length, previousMs, request, Events) = (0, 0, default, 0);
        return chunk;
    }

    internal void AppendText(long ms, ReadOnlySpan<byte> message)
    {
        Head((byte)EntryKind.Text, ms);
        Varint((ulong)message.Length);
        message.CopyTo(buffer.AsSpan(length));
        length += message.Length;
    }

    internal void AppendDropped(long ms, DropReason reason, long events, long bytes)
    {
        Head((byte)EntryKind.Dropped, ms);
        buffer[length++] = (byte)reason;
        Varint((ulong)events);
        Varint((ulong)bytes);
    }

    internal void AppendPlatform(long ms, in PlatformRecord record)
    {
        var same = record.RequestId == request;
        Head((byte)((byte)record.Kind | (same ? SameRequest : 0) | (record.IsJson ? Json : 0)), ms);
        if (!same)
        {
            request = record.RequestId;
            request.TryWriteBytes(buffer.AsSpan(length));
            length += RequestIdBytes;
        }
        if (record.Kind == PlatformRecordKind.Start)
            Text(record.Version == "$LATEST" ? "" : record.Version);
        else if (record.Kind == PlatformRecordKind.Report)
            Report(record);
    }

    void Report(in PlatformRecord record)
    {
        var parts = (record.InitDuration is null ? 0 : ReportParts.Init)
            | (record.Status is null ? 0 : ReportParts.Status)
            | (record.ErrorType is null ? 0 : ReportParts.ErrorType)
            | (record.TraceId is null ? 0 : ReportParts.Trace);

        buffer[length++] = (byte)parts;
        Varint((ulong)Math.Max(0, record.Duration.Ticks));
        Varint((ulong)Math.Max(0, record.CpuTime.Ticks));
        Varint((ulong)Math.Max(0, record.MemoryMegabytes));
        Varint((ulong)Math.Max(0, record.PeakMemoryBytes));
        if (record.InitDuration is { } init) Varint((ulong)Math.Max(0, init.Ticks));
        if (record.Status is { } status) Text(status);
        if (record.ErrorType is { } errorType) Text(errorType);
        if (record.TraceId is { } traceId) Text(traceId);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Head(byte kind, long ms)
    {
        if (Events++ == 0)
            FirstMs = LastMs = ms;
        else if (ms > LastMs)
            LastMs = ms;
        else if (ms < FirstMs)
            FirstMs = ms;

        buffer[length++] = kind;
        var delta = ms - previousMs;
        Varint((ulong)((delta << 1) ^ (delta >> 63)));
        previousMs = ms;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            buffer[length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        buffer[length++] = (byte)value;
    }

    void Text(string text)
    {
        var kept = text.AsSpan(0, Math.Min(text.Length, Limits.MaxRecordTextLength));
        Varint((ulong)Encoding.UTF8.GetByteCount(kept));
        length += Encoding.UTF8.GetBytes(kept, buffer.AsSpan(length));
    }
}
