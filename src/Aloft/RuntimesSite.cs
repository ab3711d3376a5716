using System.Net.Mime;
using System.Text;
using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Standby;
using Aloft.Platform.Kernel;
using Microsoft.AspNetCore.Http;

namespace Aloft;

/// <summary>
/// Tells clients which runtimes a node has: <c>{"strict": false, "runtimes": [{"language": "node", "version": "20.20.2"}]}</c>.
/// AWS has no operation for it; <c>deploy</c> and <c>list</c> need it.
/// </summary>
internal static class RuntimesSite
{
    public const string Path = "/_aloft/runtimes";

    public static HttpSite Of(RuntimeCatalog catalog, bool strict)
    {
        var document = Encoding.UTF8.GetBytes(Document(catalog, strict).ToJsonString());
        return new("runtimes", http => http.Request.Path == Path, http => Serve(http, document));
    }

    public static JsonObject Document(RuntimeCatalog catalog, bool strict) => new()
    {
        ["strict"] = strict,
        ["runtimes"] = new JsonArray([.. catalog.Installed.Select(runtime => new JsonObject
        {
            ["language"] = runtime.Language.ToString().ToLowerInvariant(),
            ["version"] = runtime.Version.ToString(),
        })]),
    };

    static Task Serve(HttpContext http, byte[] document)
    {
        if (!HttpMethods.IsGet(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            http.Response.Headers.Allow = "GET";
            return Task.CompletedTask;
        }
        http.Response.ContentType = MediaTypeNames.Application.Json;
        http.Response.ContentLength = document.Length;
        return http.Response.Body.WriteAsync(document).AsTask();
    }
}
