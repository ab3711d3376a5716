using Aloft.Platform.Functions.Layers;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>Functions that use it go on using it. https://docs.aws.amazon.com/lambda/latest/api/API_DeleteLayerVersion.html</summary>
internal sealed class DeleteLayerVersion(LayerRegistry layers)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty();
        var key = LayerName.TakeVersion(request, input);
        input.Done();
        LayerName.CheckOwn(request.Context, key.Layer, "lambda:DeleteLayerVersion");
        await layers.Delete(key, stop);
        return ApiResponse.Empty();
    }
}
