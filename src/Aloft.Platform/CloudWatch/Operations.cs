using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.CloudWatch;

/// <summary>The operations of CloudWatch Logs. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html</summary>
static class Operations
{
    internal static ServiceDefinition Service(LogStore store, ChunkStore chunks, ILogSink sink, RowIds ids, TimeProvider clock) =>
        new("logs", "Amazon CloudWatch Logs", [Protocol.AwsJson11], "Logs_20140328", "2014-03-28", Table(store, chunks, sink, ids, clock))
        {
            Unsupported = [.. Unsupported.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(name => new UnsupportedOperation(name, null))],
        };

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

    static Operation Row(string name, Handler handle) => new(name, null, $"logs:{name}", handle);

    const string Unsupported =
        """
        AssociateKmsKey AssociateSourceToS3TableIntegration CancelExportTask CancelImportTask CreateDelivery
        CreateExportTask CreateImportTask CreateLogAnomalyDetector CreateLookupTable CreateScheduledQuery
        DeleteAccountPolicy DeleteDataProtectionPolicy DeleteDelivery DeleteDeliveryDestination
        DeleteDeliveryDestinationPolicy DeleteDeliverySource DeleteDestination DeleteIndexPolicy DeleteIntegration
        DeleteLogAnomalyDetector DeleteLookupTable DeleteMetricFilter DeleteQueryDefinition DeleteResourcePolicy
        DeleteScheduledQuery DeleteSubscriptionFilter DeleteTransformer DescribeAccountPolicies
        DescribeConfigurationTemplates DescribeDeliveries DescribeDeliveryDestinations DescribeDeliverySources
        DescribeDestinations DescribeExportTasks DescribeFieldIndexes DescribeImportTaskBatches DescribeImportTasks
        DescribeIndexPolicies DescribeLookupTables DescribeMetricFilters DescribeQueries DescribeQueryDefinitions
        DescribeResourcePolicies DescribeSubscriptionFilters DisassociateKmsKey DisassociateSourceFromS3TableIntegration
        GetDataProtectionPolicy GetDelivery GetDeliveryDestination GetDeliveryDestinationPolicy GetDeliverySource
        GetIntegration GetLogAnomalyDetector GetLogFields GetLogGroupFields GetLogObject GetLogRecord GetLookupTable
        GetQueryResults GetScheduledQuery GetScheduledQueryHistory GetTransformer ListAggregateLogGroupSummaries
        ListAnomalies ListIntegrations ListLogAnomalyDetectors ListLogGroups ListLogGroupsForQuery ListScheduledQueries
        ListSourcesForS3TableIntegration ListTagsLogGroup PutAccountPolicy PutBearerTokenAuthentication
        PutDataProtectionPolicy PutDeliveryDestination PutDeliveryDestinationPolicy PutDeliverySource PutDestination
        PutDestinationPolicy PutIndexPolicy PutIntegration PutLogGroupDeletionProtection PutMetricFilter
        PutQueryDefinition PutResourcePolicy PutSubscriptionFilter PutTransformer StartLiveTail StartQuery StopQuery
        TagLogGroup TestMetricFilter TestTransformer UntagLogGroup UpdateAnomaly UpdateDeliveryConfiguration
        UpdateLogAnomalyDetector UpdateLookupTable UpdateScheduledQuery
        """;
}
