using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>Changes what is sent and leaves the rest. https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html</summary>
internal sealed class UpdateFunctionConfiguration(FunctionRegistry registry, RuntimeCatalog runtimes)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = request.Body;
        var name = FunctionName.Take(request, input);
        var configuration = ConfigurationInput.Read(input);
        var revision = input.OptionalString("RevisionId");
        configuration.Done();
        configuration.CheckRuntime(runtimes);

        var updated = await registry.Update(name.Unqualified(), revision, configuration.ApplyTo, stop);
        return ApiResponse.Ok(FunctionConfiguration.Of(updated, runtimes));
    }
}
