using Aloft.Platform.Kernel;

namespace Aloft.Platform.CloudWatch;

/// <summary>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html</summary>
sealed class CreateLogStream(LogStore store, TimeProvider clock)
{
    internal async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var key = new LogStreamKey(request.RequiredGroup(), request.Body.RequiredStream());
        request.Body.Accept();

        return await store.CreateStream(key, clock.GetUtcNow(), stop) switch
        {
            CreateStreamOutcome.Created => ApiResponse.Empty(200),
            CreateStreamOutcome.Exists => throw Faults.StreamExists,
            _ => throw Faults.NoGroup,
        };
    }
}
