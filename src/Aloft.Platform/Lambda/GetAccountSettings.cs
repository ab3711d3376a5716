using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html</summary>
internal sealed class GetAccountSettings(FunctionRegistry registry, LambdaSettings settings)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var (account, region) = (request.Context.Account, request.Context.Region);
        var usage = await registry.Usage(account, region, stop);
        return ApiResponse.Ok(new()
        {
            ["AccountLimit"] = new JsonObject
            {
                ["TotalCodeSize"] = FunctionRegistry.CodeStorageLimit,
                ["CodeSizeUnzipped"] = Limits.UnzippedBytes,
                ["CodeSizeZipped"] = Limits.ZippedBytes,
                ["ConcurrentExecutions"] = settings.ConcurrencyLimit,
                ["UnreservedConcurrentExecutions"] = settings.ConcurrencyLimit - registry.ClaimedConcurrency(account, region),
            },
            ["AccountUsage"] = new JsonObject { ["TotalCodeSize"] = usage.Code, ["FunctionCount"] = usage.Functions },
        });
    }
}
