using Aloft.Platform.Functions.Code;
using Aloft.Platform.Functions.Layers;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html</summary>
internal sealed class PublishLayerVersion(FunctionRegistry registry, CodeStore code, CodeLocation locations)
{
    static readonly string[] OtherSources = ["S3Bucket", "S3Key", "S3ObjectVersion"];

    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = request.Body;
        var layer = LayerName.Take(request, input);
        var description = input.OptionalString("Description", max: Limits.DescriptionLength);
        var license = input.OptionalString("LicenseInfo", max: Limits.LicenseLength);
        var runtimes = input.OptionalStrings("CompatibleRuntimes", maxCount: Limits.LayerRuntimes, among: RuntimeName.All);
        var architectures = input.OptionalStrings("CompatibleArchitectures", maxCount: 2, among: ArchitectureInput.All);
        input.Require("Content");
        var content = input.OptionalStructure("Content");
        foreach (var source in OtherSources)
            content?.OnlyDefault(source, ConfigurationInput.IsEmpty);
        var zip = content?.OptionalBytes("ZipFile");
        if (layer.Arn.ToString().Length > Limits.LayerArnLength - Limits.LayerNumberLength)
            input.Fault("LayerName", layer.Name, $"The ARNs of its versions must have length less than or equal to {Limits.LayerArnLength}");
        input.Done();
        content?.Done();

        LayerName.CheckOwn(request.Context, layer, "lambda:PublishLayerVersion");
        var package = await code.Add(CodeInput.Check(zip, "layer content"), stop);
        var published = await registry.Layers.Publish(
            new()
            {
                Key = new(layer, 0),
                Description = description ?? "",
                License = license,
                Runtimes = [.. (runtimes ?? []).Distinct()],
                Architectures = [.. (architectures ?? []).Distinct()],
                CodeDigest = package.Digest,
                CodeSize = package.ZipBytes,
                Created = default,
            },
            stop);
        return new() { HttpStatus = 201, Body = await LayerVersionShape.Whole(published, locations, request, stop) };
    }
}
