using System.Text.Json;
using System.Text.Json.Serialization;
using Aloft.Platform.Functions.Layers;

namespace Aloft.Platform.Functions.Registry;

/// <summary>The part of a version that is stored as one JSON document: what is never searched for. Its names are persisted.</summary>
internal sealed record StoredConfiguration
{
    public required string Runtime { get; init; }
    public required string Handler { get; init; }
    public required string Role { get; init; }
    public required string Description { get; init; }
    public required int MemoryMegabytes { get; init; }
    public required int TimeoutSeconds { get; init; }
    public required int TmpMegabytes { get; init; }
    public required string Architecture { get; init; }
    public required SortedDictionary<string, string> Environment { get; init; }
    public required string LogGroup { get; init; }
    public required string TracingMode { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FunctionLayer[]? Layers { get; init; }

    /// <summary>Null is text.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonLog? JsonLog { get; init; }

    /// <summary>Null is Auto.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PinnedRuntimeVersion? RuntimeUpdates { get; init; }

    public static string Write(FunctionVersion version) => JsonSerializer.Serialize(
        new StoredConfiguration
        {
            Runtime = version.Runtime,
            Handler = version.Handler,
            Role = version.Role,
            Description = version.Description,
            MemoryMegabytes = version.MemoryMegabytes,
            TimeoutSeconds = (int)version.Timeout.TotalSeconds,
            TmpMegabytes = version.TmpMegabytes,
            Architecture = version.Architecture,
            Environment = new(version.Environment.ToDictionary(), StringComparer.Ordinal),
            LogGroup = version.LogGroup,
            TracingMode = version.TracingMode,
            Layers = version.Layers.Count > 0 ? [.. version.Layers] : null,
            RuntimeUpdates = version.RuntimeUpdates is { Mode: not RuntimeUpdateMode.Auto } updates ? new(updates.Mode.ToString(), updates.Pinned) : null,
            JsonLog = version.Logging is { IsJson: true } logging ? new(logging.Application.ToString(), logging.System.ToString()) : null,
        },
        StoredConfigurationJson.Default.StoredConfiguration);

    public static StoredConfiguration Read(string json) =>
        JsonSerializer.Deserialize(json, StoredConfigurationJson.Default.StoredConfiguration)!;
}

/// <summary>The levels of a log in JSON, by their names.</summary>
internal sealed record JsonLog(string Application, string System)
{
    public LogSettings Settings => new(IsJson: true, Enum.Parse<LogDetail>(Application), Enum.Parse<LogDetail>(System));
}

/// <summary>The mode by its name.</summary>
internal sealed record PinnedRuntimeVersion(string Mode, string? Version)
{
    public RuntimeUpdates Settings => new(Enum.Parse<RuntimeUpdateMode>(Mode), Version);
}

[JsonSerializable(typeof(StoredConfiguration))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class StoredConfigurationJson : JsonSerializerContext;
