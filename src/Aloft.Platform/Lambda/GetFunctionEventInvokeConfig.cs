using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionEventInvokeConfig.html</summary>
internal sealed class GetFunctionEventInvokeConfig(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var name = FunctionName.Parse(request);
        var config = (await registry.Asynchronous.Of(name.Key, name.Qualifier, stop)).Config;
        return ApiResponse.Ok(EventInvokeConfigInput.Json(
            config ?? throw EventInvokeConfigInput.NoneOf(name.Key, name.Qualifier ?? FunctionVersion.Latest)));
    }
}
