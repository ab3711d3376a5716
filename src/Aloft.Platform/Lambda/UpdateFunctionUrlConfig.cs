using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionUrlConfig.html</summary>
internal sealed class UpdateFunctionUrlConfig(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = request.Body;
        var name = FunctionUrlConfig.TakeName(request, input);
        var change = FunctionUrlConfig.ReadSettings(input, creating: false);

        if (await registry.Find(name.Key, null, stop) is null)
            throw LambdaError.NoFunctionForUrl();
        var url = await registry.Urls.Update(name.Key, FunctionUrlConfig.Alias(name), change, stop);
        return ApiResponse.Ok(FunctionUrlConfig.Json(url, request.Http));
    }
}
