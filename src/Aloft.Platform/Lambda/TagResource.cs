using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html</summary>
internal sealed class TagResource(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = request.Body;
        var key = TagsInput.TakeResource(request, input);
        input.Require("Tags");
        var tags = input.OptionalMap("Tags") ?? new SortedDictionary<string, string>();
        input.Done();
        if (tags.Count == 0)
            throw LambdaError.Invalid("An error occurred and the request cannot be processed: there are no Tags in it.");
        TagsInput.Check(tags);

        await registry.SetTags(key, current => Over(current, tags), stop);
        return ApiResponse.Empty();
    }

    static Dictionary<string, string> Over(IReadOnlyDictionary<string, string> current, IReadOnlyDictionary<string, string> added) =>
        new([.. current.Where(tag => !added.ContainsKey(tag.Key)), .. added]);
}
