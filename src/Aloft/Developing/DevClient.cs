using System.Text;
using System.Text.Json.Nodes;
using Aloft.Client;
using Aloft.Packaging;

namespace Aloft.Developing;

/// <summary>What a node says of a function's sandboxes after a change.</summary>
/// <param name="RestartedFor">The file that a running process could not take in; null where the sandboxes stayed.</param>
internal sealed record Liveness(string Session, string? RestartedFor, IReadOnlyList<SandboxState> Sandboxes);

/// <param name="State"><c>live</c>, <c>busy</c>, <c>new</c>, <c>gone</c>.</param>
/// <param name="Error">The code could not be loaded: <c>errorType</c>, <c>errorMessage</c>, and a trace.</param>
internal sealed record SandboxState(string Id, string State, JsonObject? Error);

/// <summary>Aloft's own operations on code that changes; signed as AWS's are, for the service <c>aloft</c>.</summary>
internal sealed class DevClient(ApiClient api, string function)
{
    static readonly IReadOnlyDictionary<string, string> NoHeaders = new Dictionary<string, string>();

    string Path => $"/_aloft/dev/{Uri.EscapeDataString(function)}";

    public async Task<Liveness> Begin(int? inspectPort, CancellationToken stop) =>
        Read(await Send(HttpMethod.Put, Path, new JsonObject { ["inspectPort"] = inspectPort }, stop));

    public async Task<Liveness> Change(string session, SourceChange change, CancellationToken stop) => Read(await Send(
        HttpMethod.Post, $"{Path}/{session}",
        new JsonObject
        {
            ["changed"] = new JsonArray([.. change.Changed.Select(Written)]),
            ["removed"] = new JsonArray([.. change.Removed.Select(path => (JsonNode)path)]),
        },
        stop));

    public Task Renew(string session, CancellationToken stop) => Send(HttpMethod.Get, $"{Path}/{session}", null, stop);

    public Task End(string session, CancellationToken stop) => Send(HttpMethod.Delete, $"{Path}/{session}", null, stop);

    static JsonObject Written(PackageFile file) => file.LinkTarget is { } target
        ? new() { ["path"] = file.Path, ["linkTarget"] = target }
        : new() { ["path"] = file.Path, ["content"] = Convert.ToBase64String(file.Content!), ["executable"] = file.IsExecutable };

    static Liveness Read(JsonObject answer) => new(
        (string?)answer["session"] ?? "",
        (string?)answer["restartedFor"],
        [.. (answer["sandboxes"] as JsonArray ?? []).Select(sandbox => new SandboxState(
            (string?)sandbox!["id"] ?? "", (string?)sandbox["state"] ?? "", sandbox["error"] as JsonObject))]);

    async Task<JsonObject> Send(HttpMethod method, string path, JsonObject? document, CancellationToken stop) => (await api.Send(
        method, "aloft", path, document is null ? default : Encoding.UTF8.GetBytes(document.ToJsonString()), NoHeaders, ProgramLimits.Answer, stop)).Json;
}
