using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>
/// Answers before the instances are there: their state is told by GetProvisionedConcurrencyConfig.
/// https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html
/// </summary>
internal sealed class PutProvisionedConcurrencyConfig(FunctionRegistry registry, LambdaSettings settings)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = request.Body;
        var name = FunctionName.Take(request, input);
        var requested = (int)input.RequiredLong("ProvisionedConcurrentExecutions", 1, int.MaxValue);
        input.Done();

        var put = await registry.Provisioned.Put(name.Key, ProvisionedConcurrencyConfig.Required(name), requested, settings.ConcurrencyLimit, stop);
        return new() { HttpStatus = 202, Body = ProvisionedConcurrencyConfig.Of(put) };
    }
}
