using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionUrlConfig.html</summary>
internal sealed class GetFunctionUrlConfig(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var name = FunctionUrlConfig.ParseName(request);
        var url = (await registry.Urls(name.Key, stop)).Find(url => url.Qualifier == FunctionUrlConfig.Alias(name)) ?? throw RegistryError.NoSuchUrl();
        return ApiResponse.Ok(FunctionUrlConfig.Json(url, request.Http));
    }
}
