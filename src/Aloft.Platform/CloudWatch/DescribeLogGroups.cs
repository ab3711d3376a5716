using System.Text.Json.Nodes;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.CloudWatch;

/// <summary>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html</summary>
sealed class DescribeLogGroups(LogStore store, ILogSink sink)
{
    internal async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var body = request.Body;
        var prefix = body.OptionalString("logGroupNamePrefix", 1, Limits.MaxNameLength);
        var pattern = body.OptionalString("logGroupNamePattern", 0, Limits.MaxNameLength);
        if (!string.IsNullOrEmpty(prefix)) request.Group(prefix, "logGroupNamePrefix");
        if (!string.IsNullOrEmpty(pattern)) request.Group(pattern, "logGroupNamePattern");
        var limit = body.DescribeLimit();
        var token = body.OptionalString("nextToken", 1);
        body.OnlyFalse("includeLinkedAccounts");
        body.OnlyStandardClass();
        body.Accept();
        if (prefix is not null && pattern is not null)
            throw Faults.Invalid("logGroupNamePrefix and logGroupNamePattern are mutually exclusive.");
        var after = PageToken.Decode(token)?.Name ?? "";

        await sink.Flush(stop);
        var (account, region) = (request.Context.Account, request.Context.Region);
        var groups = await store.ListGroups(account, region, prefix ?? "", pattern ?? "", after, limit + 1, stop);
        var page = groups.Take(limit).ToList();
        var described = page.Select(group => Describe(group, new(account, region, group.Name), brief: pattern is not null));
        var answer = new JsonObject { ["logGroups"] = new JsonArray([.. described]) };
        if (groups.Count > limit)
            answer["nextToken"] = PageToken.Encode(page[^1].Name);
        return ApiResponse.Ok(answer);
    }

    /// <param name="brief">Searching by pattern answers no more than name, ARN and time, as AWS does.</param>
    static JsonObject Describe(LogGroup group, LogGroupKey key, bool brief)
    {
        var answer = new JsonObject
        {
            ["logGroupName"] = group.Name,
            ["creationTime"] = group.CreatedMs,
            ["arn"] = $"{key.Arn}:*",
        };
        if (brief)
            return answer;

        if (group.RetentionDays is { } days)
            answer["retentionInDays"] = days;
        answer["metricFilterCount"] = 0;
        answer["storedBytes"] = group.StoredBytes;
        answer["logGroupClass"] = "STANDARD";
        answer["logGroupArn"] = key.Arn.ToString();
        answer["deletionProtectionEnabled"] = false;
        return answer;
    }
}
