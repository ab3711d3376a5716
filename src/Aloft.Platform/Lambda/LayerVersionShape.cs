using System.Globalization;
using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Layers;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>
/// How layer versions are shown: https://docs.aws.amazon.com/lambda/latest/api/API_LayerVersionsListItem.html and
/// https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersion.html
/// </summary>
internal static class LayerVersionShape
{
    /// <summary>As in lists.</summary>
    public static JsonObject Item(LayerVersion version)
    {
        var json = new JsonObject
        {
            ["LayerVersionArn"] = version.Key.Arn,
            ["Version"] = version.Key.Number,
            ["Description"] = version.Description,
            ["CreatedDate"] = version.Created.ToString("yyyy-MM-ddTHH:mm:ss.fff+0000", CultureInfo.InvariantCulture),
        };
        if (version.Runtimes.Count > 0)
            json["CompatibleRuntimes"] = Texts(version.Runtimes);
        if (version.Architectures.Count > 0)
            json["CompatibleArchitectures"] = Texts(version.Architectures);
        if (version.License is not null)
            json["LicenseInfo"] = version.License;
        return json;
    }

    /// <summary>By itself, with a link to its content.</summary>
    public static async ValueTask<JsonObject> Whole(LayerVersion version, CodeLocation locations, ApiRequest request, CancellationToken stop)
    {
        var json = Item(version);
        json["LayerArn"] = version.Key.Layer.Arn.ToString();
        json["Content"] = new JsonObject
        {
            ["Location"] = await locations.For(version.CodeDigest, request.Http, stop),
            ["CodeSha256"] = Convert.ToBase64String(Convert.FromHexString(version.CodeDigest)),
            ["CodeSize"] = version.CodeSize,
        };
        return json;
    }

    static JsonArray Texts(IReadOnlyList<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
