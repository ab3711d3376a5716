using System.Text.Json.Nodes;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.CloudWatch;

/// <summary>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html</summary>
sealed class DescribeLogStreams(LogStore store, ILogSink sink)
{
    internal async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var body = request.Body;
        var key = request.GroupOrIdentifier();
        var prefix = body.OptionalStreamPrefix();
        var byLastEvent = body.OptionalString("orderBy", among: ["LogStreamName", "LastEventTime"]) == "LastEventTime";
        var descending = body.OptionalBool("descending") ?? false;
        var limit = body.DescribeLimit();
        var token = body.OptionalString("nextToken", 1);
        body.Accept();
        if (byLastEvent && prefix is not null)
            throw Faults.Invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
        var after = PageToken.Decode(token);

        await sink.Flush(stop);
        var group = await store.FindGroup(key, stop) ?? throw Faults.NoGroup;
        var listing = new StreamListing(prefix ?? "", byLastEvent, descending, after?.Name, after?.Key ?? 0);
        var streams = await store.ListStreams(group.Id, listing, limit + 1, stop);
        var page = streams.Take(limit).ToList();
        var answer = new JsonObject { ["logStreams"] = new JsonArray([.. page.Select(stream => Describe(stream, key))]) };
        if (streams.Count > limit)
            answer["nextToken"] = PageToken.Encode(page[^1].Name, page[^1].LastEventMs);
        return ApiResponse.Ok(answer);
    }

    static JsonObject Describe(LogStream stream, LogGroupKey group)
    {
        var answer = new JsonObject
        {
            ["logStreamName"] = stream.Name,
            ["creationTime"] = stream.CreatedMs,
            ["arn"] = $"{group.Arn}:log-stream:{stream.Name}",
            ["storedBytes"] = 0, // since 2019 AWS always reports 0 for streams
        };
        if (stream.LastIngestionMs > 0)
        {
            answer["firstEventTimestamp"] = stream.FirstEventMs;
            answer["lastEventTimestamp"] = stream.LastEventMs;
            answer["lastIngestionTime"] = stream.LastIngestionMs;
            answer["uploadSequenceToken"] = PutLogEvents.SequenceToken(stream.Id);
        }
        return answer;
    }
}
