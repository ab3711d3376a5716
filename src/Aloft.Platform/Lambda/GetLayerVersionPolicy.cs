using Aloft.Platform.Functions.Layers;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionPolicy.html</summary>
internal sealed class GetLayerVersionPolicy(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty();
        var key = LayerName.TakeVersion(request, input);
        input.Done();

        LayerName.CheckOwn(request.Context, key.Layer, "lambda:GetLayerVersionPolicy");
        var policy = await registry.Layers.Policy(key, stop);
        return ApiResponse.Ok(new()
        {
            ["Policy"] = LayerStatement.Policy(key, policy).ToJsonString(),
            ["RevisionId"] = policy.Revision,
        });
    }
}
