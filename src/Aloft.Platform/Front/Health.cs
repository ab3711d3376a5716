using System.Text.Json;
using System.Text.Json.Nodes;
using Aloft.Platform.Kernel;
using Microsoft.AspNetCore.Http;

namespace Aloft.Platform.Front;

/// <summary>Says that the node serves, and what: <c>/_aloft/health</c>, and <c>/_localstack/health</c> for tools that look there.</summary>
static class Health
{
    const string OwnPath = "/_aloft/health";
    const string LocalStackPath = "/_localstack/health";

    internal static HttpSite Site(IReadOnlyList<ServiceDefinition> services)
    {
        var version = typeof(Health).Assembly.GetName().Version!.ToString(3);
        var own = JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["status"] = "running",
            ["version"] = version,
            ["services"] = new JsonArray([.. services.Select(service => (JsonNode)service.Name)]),
        });
        var localStack = JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["services"] = new JsonObject(services.Select(service => KeyValuePair.Create(service.Name, (JsonNode?)"running"))),
            ["edition"] = "community",
            ["version"] = version,
        });
        return new(
            "health",
            http => http.Request.Path.Value is OwnPath or LocalStackPath,
            http => Serve(http, http.Request.Path == OwnPath ? own : localStack));
    }

    static Task Serve(HttpContext http, byte[] answer)
    {
        if (http.Request.Method is "GET" or "HEAD")
            return Answer.WriteBytes(http.Response, "application/json", answer).AsTask();
        http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        http.Response.Headers.Allow = "GET, HEAD";
        return Task.CompletedTask;
    }
}
