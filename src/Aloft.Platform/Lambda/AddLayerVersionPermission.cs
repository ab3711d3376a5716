using System.Text.RegularExpressions;
using Aloft.Platform.Functions.Layers;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html</summary>
internal sealed partial class AddLayerVersionPermission(FunctionRegistry registry)
{
    public async ValueTask<ApiResponse> Handle(ApiRequest request, CancellationToken stop)
    {
        var input = request.Body;
        var key = LayerName.TakeVersion(request, input);
        var statementId = input.RequiredString("StatementId", 1, Limits.StatementIdLength, StatementId());
        input.RequiredString("Action", pattern: Action());
        var principal = input.RequiredString("Principal", pattern: Principal());
        var revision = input.With("RevisionId", request.Query("RevisionId")).OptionalString("RevisionId");
        input.OnlyDefault("OrganizationId", ConfigurationInput.IsEmpty); // there are no organizations here to tell who is of one
        input.Done();

        LayerName.CheckOwn(request.Context, key.Layer, "lambda:AddLayerVersionPermission");
        var permission = new LayerPermission(statementId, principal);
        var added = await registry.Layers.Allow(key, permission, revision, stop);
        return new()
        {
            HttpStatus = 201,
            Body = new() { ["Statement"] = LayerStatement.Of(key, permission).ToJsonString(), ["RevisionId"] = added },
        };
    }

    [GeneratedRegex(@"\A([a-zA-Z0-9-_]+)\z")]
    internal static partial Regex StatementId();

    [GeneratedRegex(@"\Alambda:GetLayerVersion\z")]
    private static partial Regex Action();

    [GeneratedRegex(@"\A([0-9]{12}|\*|arn:(aws[a-zA-Z-]*):iam::[0-9]{12}:root)\z")]
    private static partial Regex Principal();
}
