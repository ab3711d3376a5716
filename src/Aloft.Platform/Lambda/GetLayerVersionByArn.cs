using Aloft.Platform.Functions.Layers;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionByArn.html</summary>
internal sealed class GetLayerVersionByArn(FunctionRegistry registry, CodeLocation locations)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty().With("Arn", request.Query("Arn"));
        var arn = input.RequiredString("Arn", 1, Limits.LayerArnLength, FunctionLayers.ArnPattern());
        input.Done();
        var key = LayerVersionKey.OfArn(arn) ?? throw LayerError.NotFound(); // a number beyond all numbers
        return await GetLayerVersion.Show(registry.Layers, locations, request, key, stop);
    }
}
