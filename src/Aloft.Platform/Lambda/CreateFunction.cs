using Aloft.Platform.Functions.Code;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html</summary>
internal sealed class CreateFunction(FunctionRegistry registry, CodeStore code, RuntimeCatalog runtimes, LambdaSettings settings)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = request.Body;
        var name = FunctionName.Take(request.Context, input);
        var role = input.RequiredString("Role");
        var configuration = ConfigurationInput.Read(input);
        var architecture = ArchitectureInput.Read(input);
        var tags = input.OptionalMap("Tags") ?? new SortedDictionary<string, string>();
        input.Require("Code");
        var source = input.OptionalStructure("Code");
        var zip = source is null ? null : CodeInput.Read(source);
        input.OnlyDefault("PackageType", type => ConfigurationInput.Is(type, "Zip"));
        var publish = input.OptionalBool("Publish") ?? false;
        input.OnlyDefault("CodeSigningConfigArn", ConfigurationInput.IsEmpty);
        configuration.Done();
        source?.Done();

        var key = name.Unqualified();
        if (configuration.Runtime is not { } runtime || configuration.Handler is not { } handler)
            throw LambdaError.Invalid("Runtime and Handler are mandatory parameters for functions created with deployment packages.");
        configuration.CheckRuntime(runtimes);
        ArchitectureInput.Check(architecture, settings);
        TagsInput.Check(tags);
        zip = CodeInput.Check(zip);
        var layers = await FunctionLayers.Find(registry.Layers, configuration.Layers, request.Context, stop) ?? [];
        if (await registry.FindRecord(key, stop) is not null)
            throw RegistryError.AlreadyExists(key); // before the package is stored, for nothing

        var package = await code.Add(zip, stop);
        await FunctionLayers.CheckSize(code, package.Digest, layers, stop);
        var wanted = configuration.ApplyTo(new()
        {
            Key = key,
            Version = FunctionVersion.Latest,
            RevisionId = "",
            Runtime = runtime,
            Handler = handler,
            Role = role,
            CodeDigest = package.Digest,
            CodeSize = package.ZipBytes,
            Architecture = settings.Architecture,
            Layers = layers,
            LogGroup = $"/aws/lambda/{key.Name}",
            LastModified = default,
        });
        var created = publish ? await registry.Releases.CreateAndPublish(wanted, tags, stop) : await registry.Create(wanted, tags, stop);
        return new() { HttpStatus = 201, Body = FunctionConfiguration.Of(created, runtimes) };
    }
}
