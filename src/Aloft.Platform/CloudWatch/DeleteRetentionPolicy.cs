using Aloft.Platform.Kernel;

namespace Aloft.Platform.CloudWatch;

/// <summary>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html</summary>
sealed class DeleteRetentionPolicy(LogStore store)
{
    internal async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var key = request.RequiredGroup();
        request.Body.Accept();

        return await store.SetRetention(key, null, stop) ? ApiResponse.Empty(200) : throw Faults.NoGroup;
    }
}
