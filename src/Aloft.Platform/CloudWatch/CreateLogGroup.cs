using Aloft.Platform.Kernel;

namespace Aloft.Platform.CloudWatch;

/// <summary>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html</summary>
sealed class CreateLogGroup(LogStore store, TimeProvider clock)
{
    internal async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var key = request.RequiredGroup();
        var tags = request.Body.OptionalTags();
        request.Body.OnlyStandardClass();
        request.Body.OnlyFalse("deletionProtectionEnabled");
        request.Body.Accept();
        if (key.Name.StartsWith("aws/", StringComparison.OrdinalIgnoreCase))
            throw Faults.Invalid("Log groups starting with AWS/ are reserved for AWS.");

        if (!await store.CreateGroup(key, tags ?? new Dictionary<string, string>(), clock.GetUtcNow(), stop))
            throw Faults.GroupExists;
        return ApiResponse.Empty(200);
    }
}
