using System.Text.RegularExpressions;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_PutRuntimeManagementConfig.html</summary>
internal sealed partial class PutRuntimeManagementConfig(FunctionRegistry registry, RuntimeCatalog runtimes)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = request.Body;
        var name = FunctionName.Take(request, input);
        var mode = input.RequiredString("UpdateRuntimeOn", among: Enum.GetNames<RuntimeUpdateMode>());
        var arn = input.OptionalString(
            "RuntimeVersionArn", Limits.MinRuntimeVersionArnLength, Limits.MaxRuntimeVersionArnLength, ArnPattern());
        input.Done();

        var shown = await registry.ExistingVersion(name, stop);
        if (name.Qualifier is { } qualifier && qualifier != shown.Version)
            throw LambdaError.Invalid(
                $"A runtime management configuration belongs to a version: {qualifier} is an alias. Name $LATEST or a published version.");
        var updates = Updates(Enum.Parse<RuntimeUpdateMode>(mode), arn, shown);
        return ApiResponse.Ok(RuntimeManagementShape.Of(
            await registry.Releases.SetRuntimeUpdates(name.Key, shown.Version, updates, stop)));
    }

    RuntimeUpdates Updates(RuntimeUpdateMode mode, string? arn, FunctionVersion version) => (mode, arn) switch
    {
        (RuntimeUpdateMode.Manual, null) => throw LambdaError.Invalid("RuntimeVersionArn is required when UpdateRuntimeOn is Manual."),
        (RuntimeUpdateMode.Manual, _) => new(mode, Installed(arn, version)),
        (_, not null) => throw LambdaError.Invalid($"RuntimeVersionArn can only be given when UpdateRuntimeOn is Manual, not with {mode}."),
        (RuntimeUpdateMode.FunctionUpdate, _) => new(mode, runtimes.Resolve(version)?.Id),
        _ => RuntimeUpdates.Auto,
    };

    /// <summary>The id in the ARN. Throws unless this node has that version and it can run the function.</summary>
    string Installed(string arn, FunctionVersion version)
    {
        var choices = runtimes.Choices(version.Runtime).ToList();
        var id = arn[(arn.LastIndexOf(':') + 1)..];
        if (arn == RuntimeName.VersionArn(version.Key.Region, id) && choices.Exists(choice => choice.Id == id))
            return id;
        throw LambdaError.Invalid(
            $"The runtime version {arn} is not installed on this node, or cannot run {version.Runtime}. Installed: "
            + (choices.Count > 0 ? string.Join(", ", choices.Select(choice => RuntimeName.VersionArn(version.Key.Region, choice.Id))) : "none") + ".");
    }

    [GeneratedRegex(@"^arn:(aws[a-zA-Z-]*):lambda:[a-z]{2}((-gov)|(-iso(b?)))?-[a-z]+-[0-9]::runtime:.+\z")]
    private static partial Regex ArnPattern();
}
