using System.Text.Json.Nodes;

namespace Aloft.Client;

/// <summary>A function as the node tells it. https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html</summary>
internal sealed record DeployedFunction
{
    public required string Name { get; init; }
    public required string Arn { get; init; }
    public required string Runtime { get; init; }
    public required string Handler { get; init; }
    public required string Role { get; init; }
    public required string Description { get; init; }
    public required int MemoryMegabytes { get; init; }
    public required int TimeoutSeconds { get; init; }
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Base64.</summary>
    public required string CodeSha256 { get; init; }

    public required long CodeBytes { get; init; }
    public required string LastModified { get; init; }

    /// <summary><c>Pending</c>, <c>Active</c>, <c>Inactive</c>, <c>Failed</c>.</summary>
    public required string State { get; init; }

    public required string? StateReason { get; init; }

    /// <summary><c>InProgress</c>, <c>Successful</c>, <c>Failed</c>.</summary>
    public required string LastUpdateStatus { get; init; }

    public required string? LastUpdateStatusReason { get; init; }
    public required string LogGroup { get; init; }

    public static DeployedFunction From(JsonObject configuration)
    {
        var name = (string?)configuration["FunctionName"] ?? "";
        return new()
        {
            Name = name,
            Arn = (string?)configuration["FunctionArn"] ?? "",
            Runtime = (string?)configuration["Runtime"] ?? "",
            Handler = (string?)configuration["Handler"] ?? "",
            Role = (string?)configuration["Role"] ?? "",
            Description = (string?)configuration["Description"] ?? "",
            MemoryMegabytes = (int?)configuration["MemorySize"] ?? 128,
            TimeoutSeconds = (int?)configuration["Timeout"] ?? 3,
            Environment = configuration["Environment"]?["Variables"] is JsonObject variables
                ? variables.ToDictionary(variable => variable.Key, variable => (string?)variable.Value ?? "")
                : new Dictionary<string, string>(),
            CodeSha256 = (string?)configuration["CodeSha256"] ?? "",
            CodeBytes = (long?)configuration["CodeSize"] ?? 0,
            LastModified = (string?)configuration["LastModified"] ?? "",
            State = (string?)configuration["State"] ?? "Active",
            StateReason = (string?)configuration["StateReason"],
            LastUpdateStatus = (string?)configuration["LastUpdateStatus"] ?? "Successful",
            LastUpdateStatusReason = (string?)configuration["LastUpdateStatusReason"],
            LogGroup = (string?)configuration["LoggingConfig"]?["LogGroup"] ?? $"/aws/lambda/{name}",
        };
    }
}
