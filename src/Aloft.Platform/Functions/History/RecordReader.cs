using System.Text;

namespace Aloft.Platform.Functions.History;

/// <summary>Walks the invocations of a chunk in the order in which they were appended; see <see cref="RecordWriter"/>.</summary>
/// <param name="payloads">Uncompressed; empty where only the figures are wanted.</param>
ref struct RecordReader(ReadOnlySpan<byte> figures, ReadOnlySpan<byte> payloads)
{
    readonly bool wantsContent = payloads.Length > 0;
    ReadOnlySpan<byte> figures = figures;
    ReadOnlySpan<byte> payloads = payloads;
    long ms;

    internal InvocationFigures Figures { get; private set; }

    /// <summary>Of the current one, copied; null where it was not kept or is not wanted.</summary>
    internal InvocationContent? Content { get; private set; }

    internal bool MoveNext()
    {
        if (figures.IsEmpty)
            return false;

        var id = new Guid(Take(ref figures, 16), bigEndian: true);
        var zigzag = Number(ref figures);
        ms += (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
        var parts = (RecordParts)Take(ref figures, 1)[0];
        var source = (InvocationSource)Take(ref figures, 1)[0];
        var (duration, cpu, peak) = (Span(), Span(), (long)Number(ref figures));
        TimeSpan? init = parts.HasFlag(RecordParts.Init) ? Span() : null;
        var errorType = parts.HasFlag(RecordParts.Failed) ? Text(ref figures) : null;
        var (eventBytes, answerBytes) = ((long)Number(ref figures), (long)Number(ref figures));
        Figures = new(
            id, DateTimeOffset.FromUnixTimeMilliseconds(ms), source, duration, init, cpu, peak, errorType, eventBytes, answerBytes,
            parts.HasFlag(RecordParts.Streamed));
        Content = wantsContent && parts.HasFlag(RecordParts.Event) ? ReadContent(parts, (int)eventBytes, (int)answerBytes) : null;
        return true;
    }

    InvocationContent ReadContent(RecordParts parts, int eventBytes, int answerBytes) => new(
        Take(ref payloads, eventBytes).ToArray(), Text(ref payloads), Text(ref payloads), Text(ref payloads), Text(ref payloads),
        parts.HasFlag(RecordParts.Answer) ? Take(ref payloads, answerBytes).ToArray() : default(ReadOnlyMemory<byte>?),
        parts.HasFlag(RecordParts.AnswerDigest) ? Take(ref payloads, 32).ToArray() : null);

    TimeSpan Span() => new((long)Number(ref figures));

    static string Text(ref ReadOnlySpan<byte> from) => Encoding.UTF8.GetString(Take(ref from, (int)Number(ref from)));

    static ulong Number(ref ReadOnlySpan<byte> from)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(ref from, 1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw new InvalidDataException("A chunk of the history holds a number that never ends.");
    }

    static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> from, int count)
    {
        if (count < 0 || count > from.Length)
            throw new InvalidDataException("A chunk of the history ends within an invocation.");
        var taken = from[..count];
        from = from[count..];
        return taken;
    }
}
