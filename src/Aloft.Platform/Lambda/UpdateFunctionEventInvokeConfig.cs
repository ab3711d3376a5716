using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>Changes what is sent and keeps the rest. https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionEventInvokeConfig.html</summary>
internal sealed class UpdateFunctionEventInvokeConfig(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = await EventInvokeConfigInput.Read(request, registry, stop);
        var config = await registry.Asynchronous.Put(
            input.Function, input.Qualifier,
            current => input.Over(current ?? throw EventInvokeConfigInput.NoneOf(input.Function, input.Qualifier)), stop);
        return ApiResponse.Ok(EventInvokeConfigInput.Json(config));
    }
}
