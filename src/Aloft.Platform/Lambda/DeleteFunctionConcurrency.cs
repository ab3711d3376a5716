using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionConcurrency.html</summary>
internal sealed class DeleteFunctionConcurrency(FunctionRegistry registry, LambdaSettings settings)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        await registry.Reserve(FunctionName.Parse(request).Unqualified(), null, settings.ConcurrencyLimit, stop);
        return ApiResponse.Empty();
    }
}
