using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionEventInvokeConfig.html</summary>
internal sealed class DeleteFunctionEventInvokeConfig(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var name = FunctionName.Parse(request);
        var qualifier = name.Qualifier ?? FunctionVersion.Latest;
        if (!await registry.Asynchronous.Delete(name.Key, qualifier, stop))
            throw EventInvokeConfigInput.NoneOf(name.Key, qualifier);
        return ApiResponse.Empty(204);
    }
}
