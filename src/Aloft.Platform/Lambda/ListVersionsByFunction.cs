using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary><c>$LATEST</c>: nothing can be published yet. https://docs.aws.amazon.com/lambda/latest/api/API_ListVersionsByFunction.html</summary>
internal sealed class ListVersionsByFunction(FunctionRegistry registry)
{
    const int MaxItems = 10_000;

    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty();
        var name = FunctionName.Take(request, input);
        var page = Page.Take(request, input, MaxItems);
        input.Done();
        name.Unqualified();

        var function = await registry.Existing(name, stop);
        var versions = new JsonArray();
        if (page.After.Length == 0)
            versions.Add(FunctionConfiguration.Summary(function.Latest, FunctionVersion.Latest));
        return ApiResponse.Ok(new() { ["Versions"] = versions });
    }
}
