using Aloft.Platform.Functions.Code;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>Changes what is sent and leaves the rest. https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html</summary>
internal sealed class UpdateFunctionConfiguration(FunctionRegistry registry, CodeStore code, RuntimeCatalog runtimes)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = request.Body;
        var name = FunctionName.Take(request, input);
        var configuration = ConfigurationInput.Read(input);
        var revision = input.OptionalString("RevisionId");
        configuration.Done();
        configuration.CheckRuntime(runtimes);

        var key = name.Unqualified();
        var layers = await FunctionLayers.Find(registry.Layers, configuration.Layers, request.Context, stop);
        if (layers is not null)
            await FunctionLayers.CheckSize(code, (await registry.Existing(name, stop)).Latest.CodeDigest, layers, stop);
        var updated = await registry.Update(
            key, revision,
            current => (configuration.ApplyTo(current) with { Layers = layers ?? current.Layers }).OnBestRuntime(runtimes), stop);
        return ApiResponse.Ok(FunctionConfiguration.Of(updated, runtimes));
    }
}
