using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_GetRuntimeManagementConfig.html</summary>
internal sealed class GetRuntimeManagementConfig(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop) =>
        ApiResponse.Ok(RuntimeManagementShape.Of(await registry.ExistingVersion(FunctionName.Parse(request), stop)));
}
