using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>Functions that use it go on using it. https://docs.aws.amazon.com/lambda/latest/api/API_DeleteLayerVersion.html</summary>
internal sealed class DeleteLayerVersion(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty();
        var key = LayerName.TakeVersion(request, input);
        input.Done();
        LayerName.CheckOwn(request.Context, key.Layer, "lambda:DeleteLayerVersion");
        await registry.Layers.Delete(key, stop);
        return ApiResponse.Empty();
    }
}
