using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_UntagResource.html</summary>
internal sealed class UntagResource(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var keys = request.Http.Query["tagKeys"].Select(key => key ?? "").ToHashSet();
        var input = Members.Empty();
        var key = TagsInput.TakeResource(request, input);
        if (keys.Count == 0)
            input.Require("TagKeys");
        input.Done();

        await registry.SetTags(key, current => current.Where(tag => !keys.Contains(tag.Key)).ToDictionary(), stop);
        return ApiResponse.Empty();
    }
}
