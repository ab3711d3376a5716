using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aloft.Platform.Functions.Code;
using Aloft.Platform.Functions.Layers;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>The layers of a function: in requests, and in answers. https://docs.aws.amazon.com/lambda/latest/dg/adding-layers.html</summary>
internal static partial class FunctionLayers
{
    /// <summary>Null when none were sent; the empty list takes them away.</summary>
    public static IReadOnlyList<string>? Read(Members input) => input.OptionalStrings("Layers", pattern: ArnPattern());

    /// <summary>Finds what the ARNs name; null for null. Throws when a function cannot have them.</summary>
    public static async ValueTask<IReadOnlyList<FunctionLayer>?> Find(
        LayerRegistry layers, IReadOnlyList<string>? arns, RequestContext context, CancellationToken stop)
    {
        if (arns is null)
            return null;
        if (arns.Count > Limits.LayersOfFunction)
            throw LambdaError.Invalid($"Cannot reference more than {Limits.LayersOfFunction} layers.");

        var keys = arns.Select(arn => LayerVersionKey.OfArn(arn) ?? throw NoSuch(arn)).ToList();
        if (keys.GroupBy(key => key.Layer).FirstOrDefault(layer => layer.Count() > 1)?.ToList() is [var first, var second, ..])
            throw LambdaError.Invalid(
                "Two different versions of the same layer are not allowed to be referenced in the same function. "
                + $"{first.Arn} and {second.Arn} are versions of the same layer.");

        var found = new List<FunctionLayer>();
        foreach (var key in keys)
            found.Add(await Find(layers, key, context, stop));
        return found;
    }

    static async ValueTask<FunctionLayer> Find(LayerRegistry layers, LayerVersionKey key, RequestContext context, CancellationToken stop)
    {
        if (key.Layer.Region != context.Region)
            throw LambdaError.Invalid(
                $"Layers are not in the same region as the function. Layers are expected to be in region {context.Region}.");
        if (!await layers.MayUse(context.Account, key, stop))
            throw LayerName.Denied(context, LayerStatement.Action, key.Arn);
        var version = await layers.Find(key, stop) ?? throw NoSuch(key.Arn);
        return new(key.Arn, version.CodeDigest, version.CodeSize);
    }

    /// <summary>Throws when code and layers, unpacked, are too large together.</summary>
    public static async ValueTask CheckSize(CodeStore code, string codeDigest, IReadOnlyList<FunctionLayer> layers, CancellationToken stop)
    {
        if (layers.Count == 0)
            return;
        var bytes = await code.UnpackedBytes(codeDigest, stop);
        foreach (var layer in layers)
            bytes += await code.UnpackedBytes(layer.Digest, stop);
        if (bytes > Limits.UnzippedBytes)
            throw LambdaError.Invalid(
                $"Function code combined with layers exceeds the maximum allowed size of {Limits.UnzippedBytes} bytes. "
                + $"The actual size is {bytes} bytes.");
    }

    public static JsonArray Json(IReadOnlyList<FunctionLayer> layers) =>
        new([.. layers.Select(layer => new JsonObject { ["Arn"] = layer.Arn, ["CodeSize"] = layer.CodeSize })]);

    static ApiError NoSuch(string arn) => LambdaError.Invalid($"Layer version {arn} does not exist.");

    [GeneratedRegex(@"^arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:[0-9]{12}:layer:[a-zA-Z0-9-_]+:[0-9]+\z")]
    internal static partial Regex ArnPattern();
}
