using Aloft.Platform.Kernel;

namespace Aloft.Platform.CloudWatch;

/// <summary>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html</summary>
sealed class DeleteLogGroup(LogStore store, ChunkStore chunks, ILogSink sink)
{
    internal async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var key = request.RequiredGroup();
        request.Body.Accept();

        await sink.Flush(stop); // or lines that were logged before would bring the group back
        if (!await store.DeleteGroup(key, stop))
            throw Faults.NoGroup;
        await chunks.Sweep(stop);
        return ApiResponse.Empty(200);
    }
}
