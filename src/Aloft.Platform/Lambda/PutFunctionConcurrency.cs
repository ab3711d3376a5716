using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html</summary>
internal sealed class PutFunctionConcurrency(FunctionRegistry registry, LambdaSettings settings)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = request.Body;
        var name = FunctionName.Take(request, input);
        var reserved = (int)input.RequiredLong("ReservedConcurrentExecutions", 0, int.MaxValue);
        input.Done();

        await registry.Reserve(name.Unqualified(), reserved, settings.ConcurrencyLimit, stop);
        return ApiResponse.Ok(new() { ["ReservedConcurrentExecutions"] = reserved });
    }
}
