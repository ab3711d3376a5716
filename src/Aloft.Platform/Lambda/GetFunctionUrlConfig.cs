using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionUrlConfig.html</summary>
internal sealed class GetFunctionUrlConfig(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var name = FunctionUrlConfig.ParseName(request);
        var urls = await registry.Urls.Of(name.Key, stop);
        var url = urls.Find(url => url.Qualifier == FunctionUrlConfig.Alias(name));
        return url is null ? throw RegistryError.NoSuchUrl() : ApiResponse.Ok(FunctionUrlConfig.Json(url, request.Http));
    }
}
