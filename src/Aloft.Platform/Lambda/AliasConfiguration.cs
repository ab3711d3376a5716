using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Lambda;

/// <summary>The answer shape. https://docs.aws.amazon.com/lambda/latest/api/API_AliasConfiguration.html</summary>
internal static class AliasConfiguration
{
    public static JsonObject Of(FunctionAlias alias)
    {
        var json = new JsonObject
        {
            ["AliasArn"] = alias.Arn,
            ["Name"] = alias.Name,
            ["FunctionVersion"] = alias.Version,
            ["Description"] = alias.Description,
            ["RevisionId"] = alias.RevisionId,
        };
        if (alias.Additional is { } additional)
            json["RoutingConfig"] = new JsonObject { ["AdditionalVersionWeights"] = new JsonObject { [additional.Version] = additional.Weight } };
        return json;
    }
}
