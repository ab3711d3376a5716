using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>An empty structure when nothing is reserved. https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConcurrency.html</summary>
internal sealed class GetFunctionConcurrency(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var name = FunctionName.Parse(request);
        name.Unqualified();
        var function = await registry.Existing(name, stop);
        var json = new JsonObject();
        if (function.ReservedConcurrency is { } reserved)
            json["ReservedConcurrentExecutions"] = reserved;
        return ApiResponse.Ok(json);
    }
}
