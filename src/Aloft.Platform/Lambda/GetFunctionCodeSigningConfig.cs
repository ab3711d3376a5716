using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>No function has one. https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionCodeSigningConfig.html</summary>
internal sealed class GetFunctionCodeSigningConfig(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var function = await registry.Existing(FunctionName.Parse(request), stop);
        return ApiResponse.Ok(new() { ["FunctionName"] = function.Latest.Key.Name });
    }
}
