using Aloft.Platform.Functions.Layers;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersion.html</summary>
internal sealed class GetLayerVersion(FunctionRegistry registry, CodeLocation locations)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty();
        var key = LayerName.TakeVersion(request, input);
        input.Done();
        return await Show(registry.Layers, locations, request, key, stop);
    }

    /// <summary>Shows it to its owner and to whoever its policy lets use it.</summary>
    public static async ValueTask<ApiResponse> Show(
        LayerRegistry layers, CodeLocation locations, ApiRequest request, LayerVersionKey key, CancellationToken stop)
    {
        LayerName.CheckHere(request.Context, key.Layer);
        if (!await layers.MayUse(request.Context.Account, key, stop))
            throw LayerName.Denied(request.Context, "lambda:GetLayerVersion", key.Arn);
        var version = await layers.Find(key, stop) ?? throw LayerError.NotFound();
        return ApiResponse.Ok(await LayerVersionShape.Whole(version, locations, request, stop));
    }
}
