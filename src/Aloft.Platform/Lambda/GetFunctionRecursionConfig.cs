using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionRecursionConfig.html</summary>
internal sealed class GetFunctionRecursionConfig(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var name = FunctionName.Parse(request);
        var key = name.Unqualified();
        await registry.Existing(name, stop);
        return ApiResponse.Ok(new() { ["RecursiveLoop"] = (await registry.Asynchronous.Of(key, null, stop)).Loop.ToString() });
    }
}
