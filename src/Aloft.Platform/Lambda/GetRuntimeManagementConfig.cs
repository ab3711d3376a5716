using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>
/// <c>Auto</c>: functions run on what is installed, and follow it.
/// https://docs.aws.amazon.com/lambda/latest/api/API_GetRuntimeManagementConfig.html
/// </summary>
internal sealed class GetRuntimeManagementConfig(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var version = await registry.ExistingVersion(FunctionName.Parse(request), stop);
        return ApiResponse.Ok(new()
        {
            ["UpdateRuntimeOn"] = "Auto",
            ["FunctionArn"] = $"{version.Key.Arn}:{version.Version}",
        });
    }
}
