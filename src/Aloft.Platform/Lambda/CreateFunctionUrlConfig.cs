using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html</summary>
internal sealed class CreateFunctionUrlConfig(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = request.Body;
        var name = FunctionUrlConfig.TakeName(request, input);
        var settings = FunctionUrlConfig.ReadSettings(input, creating: true)(UrlSettings.Default);

        if (await registry.FindShown(name.Key, name.Qualifier, stop) is null)
            throw LambdaError.NoFunctionForUrl();
        var url = await registry.Urls.Create(name.Key, FunctionUrlConfig.Alias(name), settings, stop);
        var json = FunctionUrlConfig.Json(url, request.Http);
        json.Remove("LastModifiedTime"); // this answer's shape has none
        return new() { HttpStatus = 201, Body = json };
    }
}
