using Aloft.Platform.Kernel;

namespace Aloft.Platform.CloudWatch;

/// <summary>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagResource.html</summary>
sealed class UntagResource(LogStore store)
{
    internal async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var key = request.TaggedGroup();
        var names = request.Body.OptionalStrings("tagKeys", 0, Limits.MaxTags);
        request.Body.Require("tagKeys");
        request.Body.Accept();

        return await store.ChangeTags(key, tags => Remove(tags, names!), stop) ? ApiResponse.Empty(200) : throw Faults.NoGroup;
    }

    static void Remove(SortedDictionary<string, string> tags, IReadOnlyList<string> names)
    {
        foreach (var name in names)
            tags.Remove(name);
    }
}
