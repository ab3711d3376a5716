using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html</summary>
internal sealed class GetPolicy(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var (key, qualifier) = PolicyQualifier.Check(FunctionName.Parse(request));
        var policy = await registry.Policies.Find(key, qualifier, stop) ?? throw LambdaError.NoSuchResource();
        return ApiResponse.Ok(new() { ["Policy"] = policy.Document, ["RevisionId"] = policy.RevisionId });
    }
}
