using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionUrlConfigs.html</summary>
internal sealed class ListFunctionUrlConfigs(FunctionRegistry registry)
{
    const int MaxItems = 50;

    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty();
        var name = FunctionName.Take(request, input);
        var page = Page.Take(request, input, MaxItems);
        input.Done();

        name.Unqualified();
        await registry.Existing(name, stop);
        var urls = (await registry.Urls.Of(name.Key, stop)).SkipWhile(url => page.After.Length > 0 && url.UrlId != page.After).ToList();
        if (page.After.Length > 0)
            urls = [.. urls.Skip(1)];
        return ApiResponse.Ok(page.Answer(
            "FunctionUrlConfigs", urls, url => FunctionUrlConfig.Json(url, request.Http), url => url.UrlId));
    }
}
