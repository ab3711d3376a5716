using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Layers;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>A layer version's policy as documents. https://docs.aws.amazon.com/lambda/latest/dg/permissions-layer-cross-account.html</summary>
internal static class LayerStatement
{
    public const string Action = "lambda:GetLayerVersion";

    public static JsonObject Of(LayerVersionKey key, LayerPermission permission) => new()
    {
        ["Sid"] = permission.StatementId,
        ["Effect"] = "Allow",
        ["Principal"] = permission.Principal switch
        {
            "*" => JsonValue.Create("*"),
            { Length: 12 } account => new JsonObject { ["AWS"] = Arn.RootOf(account, key.Layer.Region).ToString() },
            var arn => new JsonObject { ["AWS"] = arn },
        },
        ["Action"] = Action,
        ["Resource"] = key.Arn,
    };

    public static JsonObject Policy(LayerVersionKey key, LayerPolicy policy) => new()
    {
        ["Version"] = "2012-10-17",
        ["Id"] = "default",
        ["Statement"] = new JsonArray([.. policy.Permissions.Select(permission => Of(key, permission))]),
    };
}
