using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aloft.Packaging;

/// <summary>What <c>aloft.json</c> beside a function's code says. Null or empty: not said. A key that Aloft does not know is refused.</summary>
internal sealed record Manifest
{
    public const string FileName = "aloft.json";

    static readonly JsonDocumentOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false,
    };

    public string? Name { get; init; }
    public string? Runtime { get; init; }
    public string? Handler { get; init; }
    public int? Memory { get; init; }
    public int? Timeout { get; init; }
    public IReadOnlyDictionary<string, string>? Environment { get; init; }
    public string? Description { get; init; }
    public string? Role { get; init; }

    /// <summary>A shell command, run in the folder before it is packed: <c>npm ci</c>.</summary>
    public string? Build { get; init; }

    /// <summary>An event to try the function with; a string is the path of a JSON file, relative to the folder.</summary>
    public JsonNode? Event { get; init; }

    /// <summary>Null when the folder has none.</summary>
    public static Manifest? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (JsonException fault)
        {
            throw CommandFailed.Usage($"{path} is not valid JSON: {fault.Message}");
        }
    }

    public static Manifest Parse(string json, string path)
    {
        if (JsonNode.Parse(json, documentOptions: Options) is not JsonObject members)
            throw CommandFailed.Usage($"{path} must hold a JSON object.");

        var manifest = new Manifest();
        foreach (var (key, value) in members)
            manifest = key switch
            {
                "name" => manifest with { Name = Text(value, key, path) },
                "runtime" => manifest with { Runtime = Text(value, key, path) },
                "handler" => manifest with { Handler = Text(value, key, path) },
                "memory" => manifest with { Memory = Number(value, key, path) },
                "timeout" => manifest with { Timeout = Number(value, key, path) },
                "environment" => manifest with { Environment = Texts(value, key, path) },
                "description" => manifest with { Description = Text(value, key, path) },
                "role" => manifest with { Role = Text(value, key, path) },
                "build" => manifest with { Build = Text(value, key, path) },
                "event" => manifest with { Event = value },
                _ => throw CommandFailed.Usage(
                    $"{path}: unknown key '{key}'. Known: name, runtime, handler, memory, timeout, environment, description, role, build, event."),
            };
        return manifest;
    }

    /// <summary>The event's JSON; <c>{}</c> when there is none.</summary>
    public string EventFor(string folder)
    {
        if (Event is not JsonValue value || !value.TryGetValue<string>(out var file))
            return Event?.ToJsonString() ?? "{}";
        var path = Path.GetFullPath(file, folder);
        return File.Exists(path) ? File.ReadAllText(path) : throw CommandFailed.Usage($"the event in {FileName} names {path}, which does not exist.");
    }

    static string Text(JsonNode? value, string key, string path) =>
        value is JsonValue text && text.TryGetValue<string>(out var found) ? found : throw Wrong(key, path, "a string");

    static int Number(JsonNode? value, string key, string path) =>
        value is JsonValue number && number.TryGetValue<int>(out var found) ? found : throw Wrong(key, path, "a whole number");

    static SortedDictionary<string, string> Texts(JsonNode? value, string key, string path)
    {
        if (value is not JsonObject members)
            throw Wrong(key, path, "an object of strings");
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text) in members)
            texts[name] = Text(text, $"{key}.{name}", path);
        return texts;
    }

    static CommandFailed Wrong(string key, string path, string wanted) => CommandFailed.Usage($"{path}: '{key}' must be {wanted}.");
}
