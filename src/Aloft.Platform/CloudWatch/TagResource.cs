using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.CloudWatch;

/// <summary>https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html</summary>
sealed class TagResource(LogStore store)
{
    internal async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var key = request.TaggedGroup();
        var added = request.Body.OptionalTags();
        request.Body.Require("tags");
        if (added is { Count: 0 })
            request.Body.Fault("tags", "{}", "Member must have length greater than or equal to 1");
        request.Body.Accept();

        return await store.ChangeTags(key, tags => Add(tags, added!), stop) ? ApiResponse.Empty(200) : throw Faults.NoGroup;
    }

    static void Add(SortedDictionary<string, string> tags, IReadOnlyDictionary<string, string> added)
    {
        foreach (var (name, value) in added)
            tags[name] = value;
        if (tags.Count > Limits.MaxTags)
            throw new ApiError("TooManyTagsException", 400, $"A resource can have at most {Limits.MaxTags} tags.");
    }
}
