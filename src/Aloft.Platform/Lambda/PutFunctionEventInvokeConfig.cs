using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>Replaces whatever there was. https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html</summary>
internal sealed class PutFunctionEventInvokeConfig(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = await EventInvokeConfigInput.Read(request, registry, stop);
        var config = await registry.Asynchronous.Put(input.Function, input.Qualifier, _ => input.Over(null), stop);
        return ApiResponse.Ok(EventInvokeConfigInput.Json(config));
    }
}
