using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_ListProvisionedConcurrencyConfigs.html</summary>
internal sealed class ListProvisionedConcurrencyConfigs(FunctionRegistry registry)
{
    const int MaxItems = 50;

    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty();
        var name = FunctionName.Take(request, input);
        var page = Page.Take(request, input, MaxItems);
        input.Done();

        await registry.Existing(name, stop);
        var after = (await registry.Provisioned.Of(name.Unqualified(), stop))
            .FindAll(one => string.CompareOrdinal(one.Config.Qualifier, page.After) > 0);
        return ApiResponse.Ok(page.Answer(
            "ProvisionedConcurrencyConfigs", after, ProvisionedConcurrencyConfig.ListItem, one => one.Config.Qualifier));
    }
}
