using System.Text.Json.Nodes;
using Aloft.Platform.CloudWatch.Search;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.CloudWatch;

/// <summary>
/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html. A token is a direction and a
/// boundary between events, so at the end of the stream the same token comes back, and later serves what has come since.
/// </summary>
sealed class GetLogEvents(LogStore store, ChunkStore chunks, ILogSink sink, TimeProvider clock)
{
    internal async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var body = request.Body;
        var key = request.GroupOrIdentifier();
        var streamName = body.RequiredStream();
        var from = body.OptionalLong("startTime", 0) ?? 0;
        var end = body.OptionalLong("endTime", 0) ?? long.MaxValue;
        var limit = body.OptionalInt("limit", 1, Limits.MaxPageEvents) ?? Limits.MaxPageEvents;
        var fromHead = body.OptionalBool("startFromHead") ?? false;
        var token = body.OptionalString("nextToken", 1);
        body.OnlyFalse("unmask");
        body.Accept();
        (bool Backward, EventPosition Boundary)? place = token is null ? null : Decode(token);

        await sink.Flush(stop);
        var group = await store.FindGroup(key, stop) ?? throw Faults.NoGroup;
        var stream = await store.FindStream(group.Id, streamName, stop) ?? throw Faults.NoStream;

        from = Math.Max(from, group.ExpiredBeforeMs(clock.GetUtcNow()));
        var backward = place is null ? !fromHead : place.Value.Backward;
        var start = place?.Boundary ?? (backward ? EventPosition.Behind(long.MaxValue) : EventPosition.Before(from));
        var search = new EventSearch(new EventSource.Stream(stream.Id), from, end - 1, start, backward, limit, null);
        var page = await chunks.Read(session => search.Run(session, Limits.MaxExaminedBytes), stop);

        var (behind, ahead) = Boundaries(page, start, backward, EventPosition.Before(from), isFirst: place is null);
        return ApiResponse.Ok(new JsonObject
        {
            ["events"] = new JsonArray([.. page.Events.Select(Describe)]),
            ["nextForwardToken"] = $"f/{ahead.Encode()}/s",
            ["nextBackwardToken"] = $"b/{behind.Encode()}/s",
        });
    }

    /// <summary>The boundaries around the page: what lies behind it, and what lies ahead.</summary>
    static (EventPosition Behind, EventPosition Ahead) Boundaries(
        EventPage page, EventPosition start, bool backward, EventPosition first, bool isFirst)
    {
        // Nothing there yet: both tokens start where events will come.
        if (isFirst && page is { Exhausted: true, Events: [] })
            return (first, first);
        if (page.Events is [var earliest, .., var latest])
            return backward ? (page.Next, latest.Position) : (earliest.Position.JustBefore, page.Next);
        if (page.Events is [var only])
            return backward ? (page.Next, only.Position) : (only.Position.JustBefore, page.Next);
        return backward ? (page.Next, start) : (start, page.Next);
    }

    static (bool Backward, EventPosition Boundary) Decode(string token) =>
        token is ['f' or 'b', '/', .. var encoded, '/', 's'] && EventPosition.TryDecode(encoded, out var boundary)
            ? (token[0] == 'b', boundary)
            : throw Faults.BadToken;

    static JsonObject Describe(FoundEvent found) => new()
    {
        ["timestamp"] = found.Position.TimestampMs,
        ["message"] = found.Message,
        ["ingestionTime"] = found.IngestedMs,
    };
}
