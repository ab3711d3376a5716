using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html</summary>
internal sealed class RemovePermission(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = Members.Empty().With("RevisionId", request.Query("RevisionId"));
        var (name, statementId) = PolicyQualifier.TakeStatement(request, input);
        var revision = input.OptionalString("RevisionId");
        input.Done();

        var (key, qualifier) = PolicyQualifier.Check(name);
        await registry.Policies.Remove(key, qualifier, revision, statementId, stop);
        return ApiResponse.Empty();
    }
}
