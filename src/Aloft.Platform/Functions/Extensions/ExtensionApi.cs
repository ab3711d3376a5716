using System.Text.Json;
using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Extensions.Telemetry;
using Aloft.Platform.Functions.Registry;
using Microsoft.AspNetCore.Http;

namespace Aloft.Platform.Functions.Extensions;

/// <summary>
/// The Extensions API on a sandbox's loopback, beside the Runtime API.
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html#runtimes-extensions-registration-api
/// </summary>
internal sealed class ExtensionApi(ExtensionSet extensions, FunctionVersion function)
{
    const string Prefix = "/2020-01-01/extension/";
    const string NameHeader = "Lambda-Extension-Name", IdHeader = "Lambda-Extension-Identifier", ErrorHeader = "Lambda-Extension-Function-Error-Type";

    /// <summary>A <see cref="JsonNode"/> throws at a member that is there twice, when it is first looked at.</summary>
    public static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <returns>False when the path is none of the Extensions, Telemetry and Logs API's.</returns>
    public async ValueTask<bool> TryServe(HttpContext http)
    {
        var path = (http.Request.Path.Value ?? "").TrimEnd('/');
        var served = (http.Request.Method, path) switch
        {
            ("POST", Prefix + "register") => Register(http),
            ("GET", Prefix + "event/next") => Next(http),
            ("POST", Prefix + "init/error") => Report(http, inInit: true),
            ("POST", Prefix + "exit/error") => Report(http, inInit: false),
            ("PUT", SubscriptionRequest.TelemetryPath) => Subscribe(http, isLogsApi: false),
            ("PUT", SubscriptionRequest.LogsPath) => Subscribe(http, isLogsApi: true),
            _ => null,
        };
        if (served is null)
            return false;
        await served;
        return true;
    }

    async Task Register(HttpContext http)
    {
        var name = http.Request.Headers[NameHeader].ToString();
        if (name.Length is 0 or > Limits.NameCharacters)
        {
            await Refuse(http, Refusal.MissingName);
            return;
        }
        if (!TryReadEvents(await ReadBody(http), out var events, out var refusal)
            || (refusal = extensions.Register(name, events, out var extension)) is not null)
        {
            await Refuse(http, refusal!);
            return;
        }

        http.Response.Headers[IdHeader] = extension!.Id.ToString();
        var answer = new JsonObject { ["functionName"] = function.Key.Name, ["functionVersion"] = function.Version, ["handler"] = function.Handler };
        var features = http.Request.Headers["Lambda-Extension-Accept-Feature"].ToString();
        if (features.Split(',', StringSplitOptions.TrimEntries).Contains("accountId", StringComparer.Ordinal))
            answer["accountId"] = function.Key.Account;
        await Answer(http, 200, answer.ToJsonString());
    }

    static bool TryReadEvents(byte[]? body, out LifecycleEvents events, out Refusal? refusal)
    {
        (events, refusal) = (LifecycleEvents.None, null);
        try
        {
            if (body is null || JsonNode.Parse(body, documentOptions: Strict) is not JsonObject request || request["events"] is not (null or JsonArray))
            {
                refusal = Refusal.Malformed("""The body must be a JSON object such as {"events": ["INVOKE", "SHUTDOWN"]}""");
                return false;
            }
            foreach (var item in request["events"]?.AsArray() ?? [])
            {
                var name = item?.ToString() ?? "null";
                var one = name switch { "INVOKE" => LifecycleEvents.Invoke, "SHUTDOWN" => LifecycleEvents.Shutdown, _ => LifecycleEvents.None };
                if (one == LifecycleEvents.None)
                {
                    refusal = Refusal.InvalidEvent(name, "invalid event type; the types are INVOKE and SHUTDOWN");
                    return false;
                }
                events |= one;
            }
            return true;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException) // the latter for half a character
        {
            refusal = Refusal.Malformed($"The body is no JSON: {fault.Message}");
            return false;
        }
    }

    async Task Next(HttpContext http)
    {
        if (Identify(http, out var refusal) is not { } extension)
        {
            await Refuse(http, refusal!);
            return;
        }
        byte[]? lifecycleEvent = null;
        try
        {
            (lifecycleEvent, refusal) = await extensions.Next(extension, http.RequestAborted);
            if (refusal is not null)
            {
                await Refuse(http, refusal);
                return;
            }
            http.Response.Headers["Lambda-Extension-Event-Identifier"] = Guid.NewGuid().ToString();
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = lifecycleEvent!.Length;
            await http.Response.Body.WriteAsync(lifecycleEvent, http.RequestAborted);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            if (lifecycleEvent is not null)
                extensions.Return(extension, lifecycleEvent);
            http.Abort();
        }
    }

    async Task Report(HttpContext http, bool inInit)
    {
        var errorType = http.Request.Headers[ErrorHeader].ToString();
        var refusal = errorType.Length > 0 ? null : new Refusal(403, "Extension.MissingHeader", $"{ErrorHeader} not found");
        _ = await ReadBody(http); // an account of the error, for people: AWS does not keep it either
        if (refusal is not null || Identify(http, out refusal) is not { } extension || (refusal = extensions.Report(extension, inInit, errorType)) is not null)
            await Refuse(http, refusal!);
        else
            await Answer(http, 202, """{"status":"OK"}""");
    }

    async Task Subscribe(HttpContext http, bool isLogsApi)
    {
        var body = await ReadBody(http);
        var refusal = default(Refusal);
        if (Identify(http, out refusal) is not { } extension
            || (refusal = SubscriptionRequest.Parse(body, isLogsApi, out var request)) is not null
            || (refusal = extensions.Telemetry.Subscribe(extension.Name, request!)) is not null)
            await Refuse(http, refusal!);
        else
            await Answer(http, 200, "\"OK\"");
    }

    Extension? Identify(HttpContext http, out Refusal? refusal)
    {
        var text = http.Request.Headers[IdHeader].ToString();
        var isId = Guid.TryParse(text, out var id);
        var extension = isId ? extensions.Find(id) : null;
        refusal = extension is not null ? null : text.Length == 0 ? Refusal.MissingId : !isId ? Refusal.InvalidId : Refusal.UnknownId(id);
        return extension;
    }

    /// <summary>Null when it is larger than any sensible one.</summary>
    static async ValueTask<byte[]?> ReadBody(HttpContext http)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[8 * 1024];
        for (int count; (count = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0;)
        {
            if (kept.Length + count > Limits.BodyBytes)
                return null;
            kept.Write(buffer, 0, count);
        }
        return kept.ToArray();
    }

    static Task Refuse(HttpContext http, Refusal refusal) => Answer(
        http, refusal.Status, new JsonObject { ["errorMessage"] = refusal.Message, ["errorType"] = refusal.Type }.ToJsonString());

    static async Task Answer(HttpContext http, int status, string json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync($"{json}\n", http.RequestAborted);
    }
}
