using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html</summary>
internal sealed class ListTags(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty();
        var key = TagsInput.TakeResource(request, input);
        input.Done();

        var function = await registry.Existing(new(key, null), stop);
        return ApiResponse.Ok(new() { ["Tags"] = TagsInput.Json(function.Tags) });
    }
}
