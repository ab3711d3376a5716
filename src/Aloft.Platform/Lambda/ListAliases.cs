using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_ListAliases.html</summary>
internal sealed class ListAliases(FunctionRegistry registry)
{
    const int MaxItems = 10_000;

    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty().With("FunctionVersion", request.Query("FunctionVersion"));
        var name = FunctionName.Take(request, input);
        var version = AliasInput.ReadVersion(input);
        var page = Page.Take(request, input, MaxItems);
        input.Done();

        name.Unqualified();
        await registry.Existing(name, stop);
        var aliases = await registry.Releases.Aliases(name.Key, version, page.After, page.Size + 1, stop);
        return ApiResponse.Ok(page.Answer("Aliases", aliases, AliasConfiguration.Of, alias => alias.Name));
    }
}
