using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html</summary>
internal sealed class GetPolicy(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var name = PolicyQualifier.Check(FunctionName.Parse(request));
        await registry.CheckRelease(name, stop);
        var policy = await registry.Policies.Find(name.Key, name.Qualifier, stop) ?? throw LambdaError.NoSuchResource();
        return ApiResponse.Ok(new() { ["Policy"] = policy.Document, ["RevisionId"] = policy.RevisionId });
    }
}
