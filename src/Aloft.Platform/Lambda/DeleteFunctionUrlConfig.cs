using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionUrlConfig.html</summary>
internal sealed class DeleteFunctionUrlConfig(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var name = FunctionUrlConfig.ParseName(request);
        await registry.Urls.Delete(name.Key, FunctionUrlConfig.Alias(name), stop);
        return ApiResponse.Empty();
    }
}
