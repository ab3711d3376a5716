using Aloft.Platform.Functions.Registry;
using Microsoft.AspNetCore.Http;

namespace Aloft.Platform.ApiGateway;

/// <summary>
/// Cross-origin rules of a function URL: the platform answers preflight requests itself, and its headers replace the function's own.
/// https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
/// </summary>
internal static class UrlCors
{
    /// <summary>A browser's question before a request, which the function never sees.</summary>
    public static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.ContainsKey("Origin") && request.Headers.ContainsKey("Access-Control-Request-Method");

    public static void AnswerPreflight(HttpContext http, CorsSettings cors)
    {
        if (!TryAllowOrigin(http, cors))
            return;
        var headers = http.Response.Headers;
        var wanted = http.Request.Headers["Access-Control-Request-Method"].ToString();
        if (cors.AllowMethods is { Count: > 0 } methods)
            headers["Access-Control-Allow-Methods"] = methods is ["*"] ? wanted : string.Join(",", methods);
        if (cors.AllowHeaders is { Count: > 0 } allowed)
            headers["Access-Control-Allow-Headers"] =
                allowed is ["*"] ? http.Request.Headers["Access-Control-Request-Headers"].ToString() : string.Join(",", allowed);
        if (cors.MaxAge is { } seconds)
            headers["Access-Control-Max-Age"] = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>To be called when the function's own headers are set and nothing is sent yet.</summary>
    public static void Apply(HttpContext http, CorsSettings cors)
    {
        foreach (var name in http.Response.Headers.Keys.Where(name => name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase)).ToList())
            http.Response.Headers.Remove(name);
        if (TryAllowOrigin(http, cors) && cors.ExposeHeaders is { Count: > 0 } exposed)
            http.Response.Headers["Access-Control-Expose-Headers"] = string.Join(",", exposed);
    }

    static bool TryAllowOrigin(HttpContext http, CorsSettings cors)
    {
        var origin = http.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || cors.AllowOrigins is not { } origins)
            return false;
        var any = origins.Contains("*");
        if (!any && !origins.Contains(origin, StringComparer.OrdinalIgnoreCase))
            return false;

        var headers = http.Response.Headers;
        var credentials = cors.AllowCredentials == true;
        headers["Access-Control-Allow-Origin"] = any && !credentials ? "*" : origin; // with credentials browsers refuse the asterisk
        if (!any || credentials)
            headers.Append("Vary", "Origin");
        if (credentials)
            headers["Access-Control-Allow-Credentials"] = "true";
        return true;
    }
}
