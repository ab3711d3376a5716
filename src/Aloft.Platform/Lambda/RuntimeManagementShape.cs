using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Lambda;

/// <summary>A version's runtime management configuration as it is answered: the runtime version's ARN only where it was chosen, as in AWS.</summary>
internal static class RuntimeManagementShape
{
    public static JsonObject Of(FunctionVersion version)
    {
        var json = new JsonObject
        {
            ["UpdateRuntimeOn"] = version.RuntimeUpdates.Mode.ToString(),
            ["FunctionArn"] = $"{version.Key.Arn}:{version.Version}",
        };
        if (version.RuntimeUpdates is { Mode: RuntimeUpdateMode.Manual, Pinned: { } pinned })
            json["RuntimeVersionArn"] = RuntimeName.VersionArn(version.Key.Region, pinned);
        return json;
    }
}
