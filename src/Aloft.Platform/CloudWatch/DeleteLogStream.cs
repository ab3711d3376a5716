using Aloft.Platform.Kernel;

namespace Aloft.Platform.CloudWatch;

/// <summary>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogStream.html</summary>
sealed class DeleteLogStream(LogStore store, ChunkStore chunks, ILogSink sink)
{
    internal async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var key = request.RequiredGroup();
        var stream = request.Body.RequiredStream();
        request.Body.Accept();

        await sink.Flush(stop); // or lines that were logged before would bring the stream back
        var group = await store.FindGroup(key, stop) ?? throw Faults.NoGroup;
        if (!await store.DeleteStream(group.Id, stream, stop))
            throw Faults.NoStream;
        await chunks.Sweep(stop);
        return ApiResponse.Empty(200);
    }
}
