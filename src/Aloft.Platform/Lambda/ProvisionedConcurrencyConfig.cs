using System.Globalization;
using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Provisioning;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/api/API_ProvisionedConcurrencyConfigListItem.html</summary>
internal static class ProvisionedConcurrencyConfig
{
    /// <summary>A version or an alias is required, in the name or beside it.</summary>
    public static string Required(FunctionName name)
    {
        if (name.Qualifier is { } qualifier)
            return qualifier;
        var missing = Members.Empty();
        missing.Require("Qualifier");
        missing.Done();
        return "";
    }

    /// <summary>The whole of a request that asks for what there is.</summary>
    public static FunctionName Parse(ApiRequest request)
    {
        var input = Members.Empty();
        var name = FunctionName.Take(request, input);
        input.Done();
        return Required(name) == FunctionVersion.Latest
            ? throw LambdaError.Invalid("The function resource provided must be an alias or a published version.")
            : name;
    }

    public static JsonObject Of(ProvisionedStatus status)
    {
        var json = new JsonObject
        {
            ["RequestedProvisionedConcurrentExecutions"] = status.Config.Requested,
            ["AvailableProvisionedConcurrentExecutions"] = status.Allocated,
            ["AllocatedProvisionedConcurrentExecutions"] = status.Allocated,
            ["Status"] = status.State.ToString(),
            ["LastModified"] = status.Config.LastModified.ToString("yyyy-MM-ddTHH:mm:ss+0000", CultureInfo.InvariantCulture),
        };
        if (status.Reason is not null)
            json["StatusReason"] = status.Reason;
        return json;
    }

    public static JsonObject ListItem(ProvisionedStatus status)
    {
        var json = Of(status);
        json["FunctionArn"] = $"{status.Config.Function.Text}:{status.Config.Qualifier}";
        return json;
    }
}
