using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html</summary>
internal sealed class GetFunctionConfiguration(FunctionRegistry registry, RuntimeCatalog runtimes)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var name = FunctionName.Parse(request);
        var version = await registry.ExistingVersion(name, stop);
        return ApiResponse.Ok(FunctionConfiguration.Of(version, runtimes, name.Qualifier));
    }
}
