using System.Text.Json.Nodes;
using Aloft.Terminal;

namespace Aloft.Developing;

/// <summary>What <c>aloft dev</c> says: a line for people, or a JSON object a line for programs.</summary>
internal sealed class DevScreen(Surroundings around, OutputFormat format)
{
    readonly Screen screen = new(around);

    bool IsJson => format == OutputFormat.Json;

    /// <summary>Something that happened to the session, beside the saves.</summary>
    public void Note(string text)
    {
        if (IsJson)
            screen.JsonLine(new JsonObject { ["event"] = "note", ["text"] = text });
        else
            screen.Note(text);
    }

    /// <param name="took">From the save to the answer.</param>
    public void Saved(IReadOnlyList<string> paths, TimeSpan took, Liveness liveness)
    {
        var milliseconds = Math.Round(took.TotalMilliseconds, 1);
        var error = liveness.Sandboxes.Select(sandbox => sandbox.Error).FirstOrDefault(error => error is not null);
        if (IsJson)
        {
            screen.JsonLine(new JsonObject
            {
                ["event"] = error is null ? "live" : "failed",
                ["files"] = new JsonArray([.. paths.Select(path => (JsonNode)path)]),
                ["milliseconds"] = milliseconds,
                ["restartedFor"] = liveness.RestartedFor,
                ["sandboxes"] = new JsonArray([.. liveness.Sandboxes.Select(sandbox => new JsonObject { ["id"] = sandbox.Id, ["state"] = sandbox.State })]),
                ["error"] = error?.DeepClone(),
            });
            return;
        }
        var where = $"({string.Join("; ", liveness.Sandboxes.Select(sandbox => Where(sandbox, liveness.RestartedFor)))})";
        if (error is null)
            screen.Line($"{screen.Bold(Names(paths))}  {screen.Good($"live in {milliseconds:0} ms")} {screen.Dim(where)}");
        else
        {
            screen.Line($"{screen.Bold(Names(paths))}  {screen.Bad($"{(string?)error["errorType"]}: {(string?)error["errorMessage"]}")} {screen.Dim(where)}");
            foreach (var line in Place(error))
                screen.Line($"    {line}");
        }
    }

    /// <summary>Of code that cannot be reloaded in place.</summary>
    public void Deployed(IReadOnlyList<string> paths, TimeSpan took)
    {
        if (IsJson)
            screen.JsonLine(new JsonObject
            {
                ["event"] = "deployed",
                ["files"] = new JsonArray([.. paths.Select(path => (JsonNode)path)]),
                ["milliseconds"] = Math.Round(took.TotalMilliseconds, 1),
            });
        else
            screen.Line($"{screen.Bold(Names(paths))}  {screen.Good($"deployed in {took.TotalMilliseconds:0} ms")} {screen.Dim("(new sandbox)")}");
    }

    static string Names(IReadOnlyList<string> paths) => paths.Count <= 3 ? string.Join(", ", paths) : $"{paths[0]} and {paths.Count - 1} more";

    static string Where(SandboxState sandbox, string? restartedFor) => sandbox.State switch
    {
        "live" => $"sandbox {sandbox.Id}, kept",
        "busy" => $"sandbox {sandbox.Id}, kept, busy: from its next invocation",
        "new" when restartedFor is not null => $"sandbox {sandbox.Id}, new: {restartedFor} is read once by a process",
        "new" => $"sandbox {sandbox.Id}, new",
        _ => sandbox.Id.Length > 0 ? $"sandbox {sandbox.Id} ended over it" : "no sandbox",
    };

    /// <summary>Where the error is: its trace up to the interpreter's own frames, with paths as they are in the source.</summary>
    static IEnumerable<string> Place(JsonObject error) => (error["trace"] ?? error["stackTrace"] as JsonNode) is JsonArray trace
        ? trace.Skip(error["trace"] is null ? 0 : 1)
            .SelectMany(line => ((string?)line ?? "").Split('\n'))
            .Where(line => line.Trim().Length > 0)
            .Where(line => !line.Contains("node:internal", StringComparison.Ordinal) && !line.Contains("/var/runtime/", StringComparison.Ordinal))
            .Select(line => line.Replace("file:///var/task/", "", StringComparison.Ordinal).Replace("/var/task/", "", StringComparison.Ordinal))
            .Take(12)
        : [];
}
