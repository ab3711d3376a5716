using Aloft.Platform.CloudWatch.Chunks;
using Aloft.Platform.CloudWatch.Filters;
using Aloft.Storage;

namespace Aloft.Platform.CloudWatch.Search;

/// <summary>
/// One page of the events of a source, forward from a boundary or backward from it. Memory is bounded by the page, whatever the
/// number of chunks that overlap in time; work is bounded by <see cref="Limits.MaxExaminedBytes"/>, after which the page says
/// where to go on.
/// </summary>
/// <param name="FromMs">No event before this time; <paramref name="UntilMs"/>: none after this one.</param>
/// <param name="Boundary">Forward: only events behind it. Backward: only those before it.</param>
sealed record EventSearch(
    EventSource Source, long FromMs, long UntilMs, EventPosition Boundary, bool Backward, int Limit, FilterPattern? Pattern)
{
    /// <summary>
    /// Chunks come in the order of their first events, which is not quite that of the events: they overlap. So (1) every chunk's
    /// events go through a collector that keeps those nearest to the boundary; (2) it is done when no later chunk can hold a
    /// nearer one; (3) when the work is too much, what later chunks could precede is left to the next page.
    /// </summary>
    internal async ValueTask<EventPage> Run(DbSession session, long maxExaminedBytes)
    {
        var collector = new EventCollector(Limit, Backward);
        var (from, until) = Backward
            ? (FromMs, Math.Min(UntilMs, Boundary.TimestampMs))
            : (Math.Max(FromMs, Boundary.TimestampMs), UntilMs);
        var next = ChunkPosition.Start(Backward, from, until);
        long examined = 0;
        while (from <= until)
        {
            var chunks = await ChunkStore.Find(session, Source, next, Backward, from, until, Limits.SearchBatchChunks);
            foreach (var found in chunks)
            {
                // All that is nearer than this is collected already.
                var settled = Backward
                    ? EventPosition.Behind(found.Chunk.FirstMs + Limits.MaxChunkSpanMs)
                    : EventPosition.Before(found.Chunk.FirstMs);
                if (collector.Cut is { } cut && IsNearer(cut, settled))
                    return collector.Page(Boundary, exhausted: false);
                if (examined > maxExaminedBytes && IsNearer(Boundary, settled))
                    return collector.PageUpTo(settled);

                Examine(found, collector, from, until);
                examined += Math.Max(found.Chunk.RawBytes, Limits.ExaminedBytesPerChunk);
                next = new(found.Chunk.FirstMs, found.Chunk.Id);
            }
            if (chunks.Count < Limits.SearchBatchChunks)
                break;
        }
        return collector.Page(Boundary, exhausted: collector.Cut is null);
    }

    bool IsNearer(EventPosition left, EventPosition right) => Backward ? left > right : left < right;

    void Examine(FoundChunk found, EventCollector collector, long from, long until)
    {
        var chunk = found.Chunk;
        var reader = new ChunkReader(ChunkCompression.Unpack(chunk.Format, chunk.Data, chunk.RawBytes));
        while (reader.MoveNext())
        {
            var position = new EventPosition(reader.TimestampMs, chunk.Id, reader.Index);
            if (position.TimestampMs < from || position.TimestampMs > until || (Backward ? position > Boundary : position <= Boundary))
                continue;
            if (!collector.Wants(position))
                continue;
            var message = reader.Render();
            if (Pattern is null || Pattern.Matches(message))
                collector.Add(new(position, found.Stream, message, found.IngestedMs));
        }
    }
}

/// <summary>An event as clients see it.</summary>
sealed record FoundEvent(EventPosition Position, string Stream, string Message, long IngestedMs);

/// <param name="Events">In ascending order, whatever the direction.</param>
/// <param name="Next">The boundary from which to go on in the same direction.</param>
/// <param name="Exhausted">Nothing lies beyond, as of now.</param>
sealed record EventPage(IReadOnlyList<FoundEvent> Events, EventPosition Next, bool Exhausted);
