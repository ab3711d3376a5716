using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_ListProvisionedConcurrencyConfigs.html</summary>
internal sealed class ListProvisionedConcurrencyConfigs(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var (function, page) = await Page.Of(request, registry, key => RegistryError.NotFound(key), stop);
        var after = (await registry.Provisioned.Of(function, stop))
            .FindAll(one => string.CompareOrdinal(one.Config.Qualifier, page.After) > 0);
        return ApiResponse.Ok(page.Answer(
            "ProvisionedConcurrencyConfigs", after, ProvisionedConcurrencyConfig.ListItem, one => one.Config.Qualifier));
    }
}
