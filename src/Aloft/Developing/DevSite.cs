using System.Text.Json;
using System.Text.Json.Nodes;
using Aloft.Platform.Front;
using Aloft.Platform.Functions.Development;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Iam;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Developing;

/// <summary>
/// What <c>aloft dev</c> asks a node for; AWS has nothing alike. Below <see cref="Prefix"/>:
/// <list type="table">
/// <item><c>PUT NAME</c> <c>{"inspectPort": 9229}</c>: begins a session with the function's deployed code.</item>
/// <item><c>POST NAME/SESSION</c> <c>{"changed": [{"path", "content" in base64, "executable", "linkTarget"}], "removed": [path]}</c>.</item>
/// <item><c>GET NAME/SESSION</c>: keeps the session, which ends 20 s after it was last heard of.</item>
/// <item><c>DELETE NAME/SESSION</c>: the function runs its deployed code again.</item>
/// </list>
/// PUT and POST answer <c>{"session", "restartedFor", "sandboxes": [{"id", "state": "live|busy|new|gone", "error": {…}}]}</c>.
/// </summary>
internal sealed class DevSite(DevLoop loop)
{
    public const string Prefix = "/_aloft/dev/";

    public static HttpSite Of(DevLoop loop, Authenticator authenticator) =>
        new SignedSite("development", Prefix, ProgramLimits.ChangeBodyBytes, authenticator, new DevSite(loop).Handle).Site;

    async ValueTask<JsonNode> Handle(SiteRequest request, CancellationToken stop)
    {
        // A function signs with its role's session: its code is not to be changed by itself.
        if (!request.Caller.PrincipalArn.EndsWith(":root", StringComparison.Ordinal))
            throw new ApiError("AccessDeniedException", 403, "Code is developed with a user's own credentials, not with those of a role's session.");

        var (name, session) = request.Path.Split('/') is [{ Length: > 0 } function, .. var rest] && rest.Length < 2
            ? (function, rest.FirstOrDefault())
            : throw new ApiError("ResourceNotFoundException", 404, $"{Prefix}NAME, or {Prefix}NAME/SESSION.");
        var key = new FunctionKey(request.Caller.Account, request.Caller.Region, name);
        switch (request.Method, session)
        {
            case ("PUT", null):
                var (begun, report) = await loop.Begin(key, InspectPort(Document(request.Body)), stop);
                return Shown(begun.Id, report);
            case ("POST", not null):
                return Shown(session, await loop.Change(key, session, Change(Document(request.Body)), stop));
            case ("GET", not null):
                loop.Renew(key, session);
                return new JsonObject { ["session"] = session };
            case ("DELETE", not null):
                loop.End(key, session);
                return new JsonObject { ["session"] = session };
            default:
                throw new ApiError("MethodNotAllowedException", 405, $"{request.Method} is nothing that can be done here.");
        }
    }

    static JsonObject Document(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonNode.Parse(body.Span) as JsonObject ?? throw Wrong("it must be a JSON object");
        }
        catch (JsonException fault)
        {
            throw Wrong(fault.Message);
        }
    }

    static int? InspectPort(JsonObject document) => document["inspectPort"] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<int>(out var port) && port is > 0 and <= 65535 => port,
        _ => throw Wrong("inspectPort must be 1 to 65535"),
    };

    static DevChange Change(JsonObject document) =>
        new([.. List(document, "changed").Select(File)], [.. List(document, "removed").Select(path => Text(path, "removed"))]);

    static ChangedFile File(JsonNode? entry)
    {
        if (entry is not JsonObject file)
            throw Wrong("'changed' must hold objects");
        var content = file["content"] is { } encoded ? Convert.FromBase64String(Base64(encoded)) : [];
        return new(Text(file["path"], "path"), content, file["executable"]?.GetValueKind() == JsonValueKind.True,
            file["linkTarget"] is { } target ? Text(target, "linkTarget") : null);
    }

    static string Base64(JsonNode content) => Text(content, "content") is var text && System.Buffers.Text.Base64.IsValid(text)
        ? text : throw Wrong("'content' must be in base64");

    static IEnumerable<JsonNode?> List(JsonObject document, string member) => document[member] switch
    {
        null => [],
        JsonArray list => list,
        _ => throw Wrong($"'{member}' must be a list"),
    };

    static string Text(JsonNode? node, string member) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw Wrong($"'{member}' must be a string");

    static ApiError Wrong(string why) => ApiError.Validation($"The document cannot be used: {why}.");

    static JsonObject Shown(string session, DevReport report) => new()
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
            return JsonNode.Parse(failure);
        }
        catch (JsonException)
        {
            return new JsonObject { ["errorType"] = "Unknown", ["errorMessage"] = failure };
        }
    }
}
