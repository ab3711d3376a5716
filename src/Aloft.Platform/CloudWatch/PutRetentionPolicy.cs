using Aloft.Platform.Kernel;

namespace Aloft.Platform.CloudWatch;

/// <summary>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html</summary>
sealed class PutRetentionPolicy(LogStore store)
{
    internal async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var key = request.RequiredGroup();
        var days = request.Body.RequiredLong("retentionInDays");
        request.Body.Accept();
        if (!Limits.RetentionDays.Any(allowed => allowed == days))
            throw Faults.Invalid(
                $"1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: "
                + $"Member must satisfy enum value set: [{string.Join(", ", Limits.RetentionDays)}]");

        return await store.SetRetention(key, (int)days, stop) ? ApiResponse.Empty(200) : throw Faults.NoGroup;
    }
}
