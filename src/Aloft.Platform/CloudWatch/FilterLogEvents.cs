using System.Text.Json.Nodes;
using Aloft.Platform.CloudWatch.Filters;
using Aloft.Platform.CloudWatch.Search;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.CloudWatch;

/// <summary>
/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html. A call examines a bounded
/// amount; a page may be short or empty and still have a token.
/// </summary>
sealed class FilterLogEvents(
    LogStore store, ChunkStore chunks, ILogSink sink, TimeProvider clock, long maxExaminedBytes = Limits.MaxExaminedBytes)
{
    internal async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var body = request.Body;
        var key = request.GroupOrIdentifier();
        var names = body.OptionalStreams();
        var prefix = body.OptionalStreamPrefix();
        var from = body.OptionalLong("startTime", 0) ?? 0;
        var until = body.OptionalLong("endTime", 0) ?? long.MaxValue;
        var pattern = body.OptionalString("filterPattern", 0, Limits.MaxPatternLength);
        var limit = body.OptionalInt("limit", 1, Limits.MaxPageEvents) ?? Limits.MaxPageEvents;
        var token = body.OptionalString("nextToken", 1);
        _ = body.OptionalBool("interleaved"); // AWS ignores it since 2019: answers are always interleaved
        body.OnlyFalse("unmask");
        body.Accept();
        if (names is not null && prefix is not null)
            throw Faults.Invalid("logStreamNames and logStreamNamePrefix are mutually exclusive.");
        var filter = FilterPattern.Parse(pattern);
        if (!EventPosition.TryDecode(token, out var boundary) && token is not null)
            throw Faults.BadToken;

        await sink.Flush(stop);
        var group = await store.FindGroup(key, stop) ?? throw Faults.NoGroup;
        from = Math.Max(from, group.ExpiredBeforeMs(clock.GetUtcNow()));
        var source = await Source(group.Id, names, prefix, stop);
        var start = token is null ? EventPosition.Before(from) : boundary;
        var search = new EventSearch(source, from, until, start, Backward: false, limit, filter);
        var page = await chunks.Read(session => search.Run(session, maxExaminedBytes), stop);

        var answer = new JsonObject
        {
            ["events"] = new JsonArray([.. page.Events.Select(Describe)]),
            ["searchedLogStreams"] = new JsonArray(), // always empty since 2020
        };
        if (!page.Exhausted)
            answer["nextToken"] = page.Next.Encode();
        return ApiResponse.Ok(answer);
    }

    async ValueTask<EventSource> Source(long groupId, IReadOnlyList<string>? names, string? prefix, CancellationToken stop)
    {
        if (prefix is not null)
            return new EventSource.StreamsWithPrefix(groupId, prefix);
        if (names is null)
            return new EventSource.Group(groupId);

        var streams = new List<long>();
        foreach (var name in names.Distinct(StringComparer.Ordinal))
            streams.Add((await store.FindStream(groupId, name, stop) ?? throw Faults.NoStream).Id);
        return streams is [var only] ? new EventSource.Stream(only) : new EventSource.Streams(groupId, streams);
    }

    static JsonObject Describe(FoundEvent found) => new()
    {
        ["logStreamName"] = found.Stream,
        ["timestamp"] = found.Position.TimestampMs,
        ["message"] = found.Message,
        ["ingestionTime"] = found.IngestedMs,
        ["eventId"] = found.Position.EventId,
    };
}
