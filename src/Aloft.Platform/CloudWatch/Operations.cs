using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.CloudWatch;

/// <summary>The operations of CloudWatch Logs. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html</summary>
static class Operations
{
    internal static ServiceDefinition Service(LogStore store, ChunkStore chunks, ILogSink sink, RowIds ids, TimeProvider clock)
    {
        var table = Table(store, chunks, sink, ids, clock);
        return new("logs", "Amazon CloudWatch Logs", [Protocol.AwsJson11], "Logs_20140328", "2014-03-28", table)
        {
            Unsupported = ServiceModel.Unserved("CloudWatch", table),
        };
    }

    static Operation[] Table(LogStore store, ChunkStore chunks, ILogSink sink, RowIds ids, TimeProvider clock) =>
    [
        Row("CreateLogGroup", new CreateLogGroup(store, clock).Handle),
        Row("DeleteLogGroup", new DeleteLogGroup(store, chunks, sink).Handle),
        Row("DescribeLogGroups", new DescribeLogGroups(store, sink).Handle),
        Row("PutRetentionPolicy", new PutRetentionPolicy(store).Handle),
        Row("DeleteRetentionPolicy", new DeleteRetentionPolicy(store).Handle),
        Row("CreateLogStream", new CreateLogStream(store, clock).Handle),
        Row("DeleteLogStream", new DeleteLogStream(store, chunks, sink).Handle),
        Row("DescribeLogStreams", new DescribeLogStreams(store, sink).Handle),
        Row("PutLogEvents", new PutLogEvents(store, chunks, ids, clock).Handle),
        Row("GetLogEvents", new GetLogEvents(store, chunks, sink, clock).Handle),
        Row("FilterLogEvents", new FilterLogEvents(store, chunks, sink, clock).Handle),
        Row("TagResource", new TagResource(store).Handle),
        Row("UntagResource", new UntagResource(store).Handle),
        Row("ListTagsForResource", new ListTagsForResource(store).Handle),
    ];

    static Operation Row(string name, Handler handle) => new(name, null, $"logs:{name}", handle) { MaxBodyBytes = Limits.MaxBodyBytes };
}
