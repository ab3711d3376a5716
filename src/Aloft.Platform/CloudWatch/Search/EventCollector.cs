using System.Text;

namespace Aloft.Platform.CloudWatch.Search;

/// <summary>Keeps, of the events offered in any order, those nearest to the boundary that fill one page.</summary>
sealed class EventCollector(int limit, bool backward)
{
    // The farthest first, so that it is the one to give way.
    readonly PriorityQueue<FoundEvent, EventPosition> kept =
        new(Comparer<EventPosition>.Create((left, right) => backward ? left.CompareTo(right) : right.CompareTo(left)));
    int bytes;

    /// <summary>The nearest event that no longer fitted: nothing from there on belongs to this page.</summary>
    internal EventPosition? Cut { get; private set; }

    internal bool Wants(EventPosition position) => Cut is not { } cut || (backward ? position > cut : position < cut);

    internal void Add(FoundEvent found)
    {
        kept.Enqueue(found, found.Position);
        bytes += Size(found);
        while (kept.Count > limit || (bytes > Limits.MaxPageBytes && kept.Count > 1))
        {
            var farthest = kept.Dequeue();
            bytes -= Size(farthest);
            Cut = farthest.Position;
        }
    }

    /// <summary>What is kept, and the boundary behind it; <paramref name="start"/> when there is nothing.</summary>
    internal EventPage Page(EventPosition start, bool exhausted)
    {
        var events = Sorted();
        var next = events.Count == 0 ? start : backward ? events[0].Position.JustBefore : events[^1].Position;
        return new(events, next, exhausted);
    }

    /// <summary>What is kept up to a boundary, which is where to go on.</summary>
    internal EventPage PageUpTo(EventPosition boundary) =>
        new(Sorted().FindAll(found => backward ? found.Position > boundary : found.Position <= boundary), boundary, Exhausted: false);

    List<FoundEvent> Sorted() => [.. kept.UnorderedItems.Select(item => item.Element).OrderBy(found => found.Position)];

    static int Size(FoundEvent found) => Encoding.UTF8.GetByteCount(found.Message) + Limits.EventOverheadBytes;
}
