using Aloft.Platform.Functions.Standby;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>The runtime identifiers of AWS, and which of them run here. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html</summary>
internal static class RuntimeName
{
    /// <summary>The model's enumeration, in its order.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        "nodejs", "nodejs4.3", "nodejs6.10", "nodejs8.10", "nodejs10.x", "nodejs12.x", "nodejs14.x", "nodejs16.x",
        "java8", "java8.al2", "java11", "python2.7", "python3.6", "python3.7", "python3.8", "python3.9",
        "dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1", "dotnetcore3.1", "dotnet6", "dotnet8", "nodejs4.3-edge",
        "go1.x", "ruby2.5", "ruby2.7", "provided", "provided.al2", "nodejs18.x", "python3.10", "java17", "ruby3.2",
        "ruby3.3", "ruby3.4", "python3.11", "nodejs20.x", "provided.al2023", "python3.12", "java21", "python3.13",
        "nodejs22.x", "nodejs24.x", "python3.14", "java25", "dotnet10", "ruby4.0",
    ];

    /// <summary>The input's runtime, or null. One that AWS has not is refused as AWS does, which names no member here.</summary>
    public static string? Take(Members input) =>
        input.OptionalString("Runtime") is not { } runtime || All.Contains(runtime)
            ? input.OptionalString("Runtime")
            : throw LambdaError.Invalid(
                $"Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [{string.Join(", ", All)}] or be a valid ARN");

    /// <summary>Throws <c>InvalidParameterValueException</c> for one of AWS's that this node cannot run.</summary>
    public static void CheckRunsHere(string runtime, RuntimeCatalog runtimes)
    {
        if (runtimes.Resolve(runtime) is not null)
            return;
        if (!RuntimeCatalog.IsKnown(runtime))
            throw LambdaError.Invalid(
                $"The runtime {runtime} is not supported by Aloft yet. "
                + "It runs nodejs*, python3.*, dotnet* and provided*: a custom runtime can serve any language.");
        var installed = string.Join(", ", runtimes.Installed.Select(one => $"{one.Language} {one.Version}"));
        throw LambdaError.Invalid(
            $"The runtime {runtime} is not installed on this node, or only in another version while runtimes are strict. "
            + $"Installed: {(installed.Length > 0 ? installed : "none")}.");
    }

    /// <summary>The version that really runs: <c>arn:aws:lambda:us-east-1::runtime:nodejs-20.20.2</c>.</summary>
    public static string VersionArn(string region, string id) => Arn.Of("lambda", region, "", $"runtime:{id}").ToString();
}
