using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Layers;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_ListLayers.html</summary>
internal sealed class ListLayers(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty();
        var filter = LayerFilterInput.Take(request, input);
        var page = Page.Take(request, input, Limits.PageItems);
        input.Done();

        var found = await registry.Layers.List(request.Context.Account, request.Context.Region, filter, page.After, page.Size + 1, stop);
        return ApiResponse.Ok(page.Answer("Layers", found, Show, name: version => version.Key.Layer.Name));
    }

    static JsonObject Show(LayerVersion latest) => new()
    {
        ["LayerName"] = latest.Key.Layer.Name,
        ["LayerArn"] = latest.Key.Layer.Arn.ToString(),
        ["LatestMatchingVersion"] = LayerVersionShape.Item(latest),
    };
}
