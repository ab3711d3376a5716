using System.Text.RegularExpressions;
using Aloft.Platform.Functions.Layers;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>A layer as a caller names it: by name or by ARN. https://docs.aws.amazon.com/lambda/latest/api/API_ListLayerVersions.html</summary>
internal static partial class LayerName
{
    const string ModelPattern = "(arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+)|[a-zA-Z0-9-_]+";

    /// <summary>Takes <c>LayerName</c> of the path; until <see cref="Members.Done"/> of <paramref name="input"/> do not use the result.</summary>
    public static LayerKey Take(ApiRequest request, Members input)
    {
        var text = input.With("LayerName", request.Path("LayerName")).RequiredString("LayerName", 1, Limits.LayerArnLength);
        var match = Pattern().Match(text);
        if (!match.Success && text.Length is > 0 and <= Limits.LayerArnLength)
            input.Fault("LayerName", text, $"Member must satisfy regular expression pattern: {ModelPattern}");

        if (match.Groups["partition"] is { Success: true } partition && partition.Value != Arn.PartitionOf(match.Groups["region"].Value))
            throw NotReachable(request.Context, partition.Value);
        var (account, region) = (request.Context.Account, request.Context.Region);
        return match.Groups["account"] is { Success: true } owner
            ? new(owner.Value, match.Groups["region"].Value, match.Groups["name"].Value)
            : new(account, region, match.Groups["name"].Value);
    }

    /// <summary>The same with <c>VersionNumber</c>.</summary>
    public static LayerVersionKey TakeVersion(ApiRequest request, Members input)
    {
        var layer = Take(request, input);
        var number = input.With("VersionNumber", request.Path("VersionNumber")).RequiredLong("VersionNumber");
        return number >= 1 ? new(layer, number) : throw LambdaError.Invalid("Layer Version Cannot be less than 1.");
    }

    /// <summary>Throws unless the caller owns the layer, in this region.</summary>
    public static void CheckOwn(RequestContext context, LayerKey layer, string action)
    {
        CheckHere(context, layer);
        if (layer.Account != context.Account)
            throw Denied(context, action, layer.Arn.ToString());
    }

    public static void CheckHere(RequestContext context, LayerKey layer)
    {
        if (layer.Region != context.Region)
            throw NotReachable(context, layer.Region);
    }

    static ApiError NotReachable(RequestContext context, string from) => new("ResourceNotFoundException", 404,
        $"Layers from '{from}' are not reachable in this region ('{context.Region}')");

    public static ApiError Denied(RequestContext context, string action, string resource) => new("AccessDeniedException", 403,
        $"User: {context.PrincipalArn} is not authorized to perform: {action} on resource: {resource} "
        + $"because no resource-based policy allows the {action} action");

    [GeneratedRegex(
        @"\A(arn:(?<partition>[a-zA-Z0-9-]+):lambda:(?<region>[a-zA-Z0-9-]+):(?<account>[0-9]{12}):layer:)?(?<name>[a-zA-Z0-9_-]+)\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
