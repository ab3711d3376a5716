using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Development;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Lambda.Development;

/// <summary>
/// What became of a change: <c>{"session", "restartedFor", "sandboxes": [{"id", "state": "live|busy|new|gone", "error": {…}}]}</c>.
/// </summary>
internal static class DevSessionShape
{
    public static JsonObject Of(string session, DevReport report) => new()
    {
        ["session"] = session,
        ["restartedFor"] = report.RestartedFor,
        ["sandboxes"] = new JsonArray([.. report.Sandboxes.Select(outcome => new JsonObject
        {
            ["id"] = outcome.Sandbox,
            ["state"] = outcome.State.ToString().ToLowerInvariant(),
            ["error"] = outcome.Failure is { } failure ? Error(failure) : null,
        })]),
    };

    /// <summary>A runtime's word: JSON if all is well.</summary>
    static JsonNode? Error(string failure)
    {
        try
        {
            return JsonNode.Parse(ForeignJson.Readable(Encoding.UTF8.GetBytes(failure)).Span);
        }
        catch (JsonException)
        {
            return new JsonObject { ["errorType"] = "Unknown", ["errorMessage"] = failure };
        }
    }
}
