using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>Does no harm when there is none, as in AWS. https://docs.aws.amazon.com/lambda/latest/api/API_DeleteProvisionedConcurrencyConfig.html</summary>
internal sealed class DeleteProvisionedConcurrencyConfig(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var name = ProvisionedConcurrencyConfig.Parse(request);
        await registry.CheckRelease(name, stop);
        await registry.Provisioned.Delete(name.Key, name.Qualifier!, stop);
        return ApiResponse.Empty();
    }
}
