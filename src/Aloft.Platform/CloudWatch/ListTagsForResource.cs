using System.Text.Json.Nodes;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.CloudWatch;

/// <summary>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html</summary>
sealed class ListTagsForResource(LogStore store)
{
    internal async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var key = request.TaggedGroup();
        request.Body.Accept();

        var tags = await store.Tags(key, stop) ?? throw Faults.NoGroup;
        var answer = new JsonObject();
        foreach (var (name, value) in tags)
            answer[name] = value;
        return ApiResponse.Ok(new JsonObject { ["tags"] = answer });
    }
}
