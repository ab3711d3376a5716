using Aloft.Platform.Functions.Code;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html</summary>
internal sealed class UpdateFunctionCode(FunctionRegistry registry, CodeStore code, RuntimeCatalog runtimes, LambdaSettings settings)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = request.Body;
        var name = FunctionName.Take(request, input);
        var zip = CodeInput.Read(input);
        var revision = input.OptionalString("RevisionId");
        var dryRun = input.OptionalBool("DryRun") ?? false;
        var architecture = ArchitectureInput.Read(input);
        var publish = input.OptionalBool("Publish") ?? false;
        input.Done();

        var key = name.Unqualified();
        ArchitectureInput.Check(architecture, settings);
        zip = CodeInput.Check(zip);
        var current = (await registry.Existing(name, stop)).Latest;
        FunctionRegistry.CheckUpdatable(current, revision); // before the package is stored, for nothing

        var package = dryRun ? await code.Check(zip, stop) : await code.Add(zip, stop);
        await FunctionLayers.CheckSize(code, package.Digest, current.Layers, stop);
        if (dryRun)
            return ApiResponse.Ok(FunctionConfiguration.Of(With(package, current), runtimes));
        if (!publish)
            return ApiResponse.Ok(FunctionConfiguration.Of(
                await registry.Update(key, revision, version => With(package, version), stop), runtimes));
        var published = await registry.Releases.UpdateAndPublish(key, revision, version => With(package, version), stop);
        return ApiResponse.Ok(FunctionConfiguration.Of(published, runtimes, published.Version));
    }

    FunctionVersion With(CodePackage package, FunctionVersion version) =>
        (version with { CodeDigest = package.Digest, CodeSize = package.ZipBytes }).OnBestRuntime(runtimes);
}
