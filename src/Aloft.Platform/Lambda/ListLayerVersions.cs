using System.Globalization;
using Aloft.Platform.Functions.Layers;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>The newest first. https://docs.aws.amazon.com/lambda/latest/api/API_ListLayerVersions.html</summary>
internal sealed class ListLayerVersions(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty();
        var layer = LayerName.Take(request, input);
        var filter = LayerFilterInput.Take(request, input);
        var page = Page.Take(request, input, Limits.PageItems);
        input.Done();

        LayerName.CheckOwn(request.Context, layer, "lambda:ListLayerVersions");
        var before = page.After.Length == 0 ? long.MaxValue : long.TryParse(page.After, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var found = await registry.Layers.Versions(layer, filter, before, page.Size + 1, stop);
        return ApiResponse.Ok(page.Answer(
            "LayerVersions", found, LayerVersionShape.Item, name: version => version.Key.Number.ToString(CultureInfo.InvariantCulture)));
    }
}
