using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>
/// <c>Allow</c>: loops are not detected. https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionRecursionConfig.html
/// </summary>
internal sealed class GetFunctionRecursionConfig(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var name = FunctionName.Parse(request);
        name.Unqualified();
        await registry.Existing(name, stop);
        return ApiResponse.Ok(new() { ["RecursiveLoop"] = "Allow" });
    }
}
