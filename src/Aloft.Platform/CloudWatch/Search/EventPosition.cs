using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;

namespace Aloft.Platform.CloudWatch.Search;

/// <summary>
/// A place in the one order of all events: by time, then by chunk (so by arrival), then by place within the chunk. As a boundary
/// it stands behind the event of that position, which need not exist.
/// </summary>
readonly record struct EventPosition(long TimestampMs, long Chunk, int Index) : IComparable<EventPosition>
{
    /// <summary>Before every event of that time.</summary>
    internal static EventPosition Before(long timestampMs) => new(timestampMs, 0, -1);

    /// <summary>Behind every event of that time.</summary>
    internal static EventPosition Behind(long timestampMs) => new(timestampMs, long.MaxValue, int.MaxValue);

    /// <summary>The boundary just before the event of this position.</summary>
    internal EventPosition JustBefore => this with { Index = Index - 1 };

    public int CompareTo(EventPosition other)
    {
        var byTime = TimestampMs.CompareTo(other.TimestampMs);
        if (byTime != 0) return byTime;
        var byChunk = Chunk.CompareTo(other.Chunk);
        return byChunk != 0 ? byChunk : Index.CompareTo(other.Index);
    }

    public static bool operator <(EventPosition left, EventPosition right) => left.CompareTo(right) < 0;
    public static bool operator >(EventPosition left, EventPosition right) => left.CompareTo(right) > 0;
    public static bool operator <=(EventPosition left, EventPosition right) => left.CompareTo(right) <= 0;
    public static bool operator >=(EventPosition left, EventPosition right) => left.CompareTo(right) >= 0;

    /// <summary>An event's id: 56 digits, as long as AWS's.</summary>
    internal string EventId => string.Create(CultureInfo.InvariantCulture, $"{TimestampMs:D18}{Chunk:D19}{Index:D19}");

    /// <summary>For a token: opaque, safe in a URL.</summary>
    internal string Encode()
    {
        Span<byte> bytes = stackalloc byte[20];
        BinaryPrimitives.WriteInt64BigEndian(bytes, TimestampMs);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], Chunk);
        BinaryPrimitives.WriteInt32BigEndian(bytes[16..], Index);
        return Base64Url.EncodeToString(bytes);
    }

    internal static bool TryDecode(ReadOnlySpan<char> text, out EventPosition position)
    {
        position = default;
        Span<byte> bytes = stackalloc byte[20];
        if (text.Length != 27 || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != 20)
            return false;
        position = new(
            BinaryPrimitives.ReadInt64BigEndian(bytes),
            BinaryPrimitives.ReadInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadInt32BigEndian(bytes[16..]));
        return position.TimestampMs >= 0;
    }
}
