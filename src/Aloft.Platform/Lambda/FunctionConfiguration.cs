using System.Globalization;
using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Platform.Lambda;

/// <summary>The answer shape of most operations. https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html</summary>
internal static class FunctionConfiguration
{
    /// <param name="qualifier">As it was asked for; it becomes part of the ARN.</param>
    public static JsonObject Of(FunctionVersion version, RuntimeCatalog runtimes, string? qualifier = null)
    {
        var json = Summary(version, qualifier);
        json["State"] = version.State.ToString();
        Add(json, "StateReason", StateReason(version));
        Add(json, "StateReasonCode", StateReasonCode(version));
        // AWS: "first set to Successful after function creation completes".
        if (version.State != FunctionState.Pending)
        {
            json["LastUpdateStatus"] = version.LastUpdateStatus.ToString();
            Add(json, "LastUpdateStatusReason", version.LastUpdateStatus switch
            {
                UpdateStatus.InProgress => "The function is being updated.",
                UpdateStatus.Failed => version.Failure?.Reason,
                _ => null,
            });
            Add(json, "LastUpdateStatusReasonCode", version.LastUpdateStatus == UpdateStatus.Failed ? version.Failure?.Code : null);
        }
        json["RuntimeVersionConfig"] = RuntimeVersion(version, runtimes);
        return json;
    }

    /// <summary>What lists show: without the states and the runtime version, as in AWS.</summary>
    public static JsonObject Summary(FunctionVersion version, string? qualifier)
    {
        var json = new JsonObject
        {
            ["FunctionName"] = version.Key.Name,
            ["FunctionArn"] = qualifier is null ? version.Key.Arn.ToString() : $"{version.Key.Arn}:{qualifier}",
            ["Runtime"] = version.Runtime,
            ["Role"] = version.Role,
            ["Handler"] = version.Handler,
            ["CodeSize"] = version.CodeSize,
            ["Description"] = version.Description,
            ["Timeout"] = (int)version.Timeout.TotalSeconds,
            ["MemorySize"] = version.MemoryMegabytes,
            ["LastModified"] = version.LastModified.ToString("yyyy-MM-ddTHH:mm:ss.fff+0000", CultureInfo.InvariantCulture),
            ["CodeSha256"] = version.CodeSha256,
            ["Version"] = version.Version,
            ["TracingConfig"] = new JsonObject { ["Mode"] = version.TracingMode },
            ["RevisionId"] = version.RevisionId,
            ["PackageType"] = "Zip",
            ["Architectures"] = new JsonArray(version.Architecture),
            ["EphemeralStorage"] = new JsonObject { ["Size"] = version.TmpMegabytes },
            ["SnapStart"] = new JsonObject { ["ApplyOn"] = "None", ["OptimizationStatus"] = "Off" },
            ["LoggingConfig"] = LoggingInput.Json(version),
        };
        if (version.Environment.Count > 0)
            json["Environment"] = new JsonObject { ["Variables"] = EnvironmentVariables.Json(version.Environment) };
        if (version.Layers.Count > 0)
            json["Layers"] = FunctionLayers.Json(version.Layers);
        return json;
    }

    static string? StateReason(FunctionVersion version) => version.State switch
    {
        FunctionState.Pending => "The function is being created.",
        FunctionState.Failed => version.Failure?.Reason,
        _ => null,
    };

    static string? StateReasonCode(FunctionVersion version) => version.State switch
    {
        FunctionState.Pending => "Creating",
        FunctionState.Failed => version.Failure?.Code,
        _ => null,
    };

    static JsonObject RuntimeVersion(FunctionVersion version, RuntimeCatalog runtimes) =>
        runtimes.Resolve(version) is { } choice
            ? new() { ["RuntimeVersionArn"] = RuntimeName.VersionArn(version.Key.Region, choice.Id) }
            : new()
            {
                ["Error"] = new JsonObject
                {
                    ["ErrorCode"] = "InvalidRuntime",
                    ["Message"] = $"The runtime {version.RuntimeUpdates.Pinned ?? version.Runtime} is not installed on this node any more.",
                },
            };

    static void Add(JsonObject json, string name, string? value)
    {
        if (value is not null)
            json[name] = value;
    }
}
