using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionEventInvokeConfigs.html</summary>
internal sealed class ListFunctionEventInvokeConfigs(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var (function, page) = await Page.Of(request, registry, _ => LambdaError.NoFunctionForEvents(), stop);
        var configs = await registry.Asynchronous.List(function, page.After, page.Size + 1, stop);
        return ApiResponse.Ok(page.Answer("FunctionEventInvokeConfigs", configs, EventInvokeConfigInput.Json, config => config.Qualifier));
    }
}
