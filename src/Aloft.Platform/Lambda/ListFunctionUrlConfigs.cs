using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionUrlConfigs.html</summary>
internal sealed class ListFunctionUrlConfigs(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var (function, page) = await Page.Of(request, registry, _ => LambdaError.NoFunctionForUrl(), stop);
        var after = (await registry.Urls.Of(function, stop))
            .FindAll(url => string.CompareOrdinal(Qualifier(url), page.After) > 0).OrderBy(Qualifier, StringComparer.Ordinal).ToList();
        return ApiResponse.Ok(page.Answer("FunctionUrlConfigs", after, url => FunctionUrlConfig.Json(url, request.Http), Qualifier));
    }

    /// <summary>That of the function itself comes before every alias's.</summary>
    static string Qualifier(FunctionUrl url) => url.Qualifier ?? FunctionVersion.Latest;
}
