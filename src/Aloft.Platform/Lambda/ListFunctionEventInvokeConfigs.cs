using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionEventInvokeConfigs.html</summary>
internal sealed class ListFunctionEventInvokeConfigs(FunctionRegistry registry)
{
    const int MaxItems = 50;

    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty();
        var name = FunctionName.Take(request, input);
        var page = Page.Take(request, input, MaxItems);
        input.Done();

        await registry.Existing(name, stop);
        var configs = await registry.Asynchronous.List(name.Unqualified(), page.After, page.Size + 1, stop);
        return ApiResponse.Ok(page.Answer("FunctionEventInvokeConfigs", configs, EventInvokeConfigInput.Json, config => config.Qualifier));
    }
}
