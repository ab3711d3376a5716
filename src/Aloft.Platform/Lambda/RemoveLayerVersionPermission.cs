using Aloft.Platform.Functions.Layers;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_RemoveLayerVersionPermission.html</summary>
internal sealed class RemoveLayerVersionPermission(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty().With("StatementId", request.Path("StatementId")).With("RevisionId", request.Query("RevisionId"));
        var key = LayerName.TakeVersion(request, input);
        var statementId = input.RequiredString("StatementId", 1, Limits.StatementIdLength, AddLayerVersionPermission.StatementId());
        var revision = input.OptionalString("RevisionId");
        input.Done();

        LayerName.CheckOwn(request.Context, key.Layer, "lambda:RemoveLayerVersionPermission");
        await registry.Layers.Disallow(key, statementId, revision, stop);
        return ApiResponse.Empty();
    }
}
