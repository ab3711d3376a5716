using System.Text.Json.Nodes;

namespace Aloft.Deploying;

/// <summary>What a deployment wants a function to be. Null means: leave it as it is, or at the node's default for a new one.</summary>
internal sealed record DesiredFunction
{
    public required string Name { get; init; }
    public required string Runtime { get; init; }
    public required string Handler { get; init; }
    public int? MemoryMegabytes { get; init; }
    public int? TimeoutSeconds { get; init; }

    /// <summary>The whole of it: a variable that is not here is removed.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }
    public string? Role { get; init; }
    public string? Description { get; init; }

    /// <summary>The members that CreateFunction and UpdateFunctionConfiguration share.</summary>
    public JsonObject Configuration()
    {
        var input = new JsonObject { ["Runtime"] = Runtime, ["Handler"] = Handler };
        if (MemoryMegabytes is { } memory)
            input["MemorySize"] = memory;
        if (TimeoutSeconds is { } timeout)
            input["Timeout"] = timeout;
        if (Role is not null)
            input["Role"] = Role;
        if (Description is not null)
            input["Description"] = Description;
        if (Environment is not null)
            input["Environment"] = new JsonObject
            {
                ["Variables"] = new JsonObject(Environment.Select(variable => KeyValuePair.Create(variable.Key, (JsonNode?)variable.Value))),
            };
        return input;
    }
}
