using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_GetProvisionedConcurrencyConfig.html</summary>
internal sealed class GetProvisionedConcurrencyConfig(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var name = ProvisionedConcurrencyConfig.Parse(request);
        await registry.CheckRelease(name, stop);
        return ApiResponse.Ok(ProvisionedConcurrencyConfig.Of(await registry.Provisioned.Find(name.Key, name.Qualifier!, stop)));
    }
}
