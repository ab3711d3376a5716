using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Aloft.Platform.Functions.Code;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Microsoft.AspNetCore.Http;

namespace Aloft.Platform.Lambda;

/// <summary>
/// The links by which GetFunction lets a function's package be downloaded: whoever has one may use it, on any node, until it expires,
/// and nobody can make one. https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCodeLocation.html
/// </summary>
public sealed class CodeLocation(FunctionRegistry registry, CodeStore code, TimeProvider time)
{
    const string PathPrefix = "/_aloft/code/";

    byte[]? key;

    public HttpSite Site => new("code downloads", http => http.Request.Path.Value!.StartsWith(PathPrefix, StringComparison.Ordinal), Serve);

    /// <summary>A link by the host that the request came to.</summary>
    public async ValueTask<string> For(string digest, HttpRequest http, CancellationToken stop)
    {
        var expires = (time.GetUtcNow() + Limits.CodeLinkValidity).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"{http.Scheme}://{http.Host}{PathPrefix}{digest}?Expires={expires}&Signature={await Sign(digest, expires, stop)}";
    }

    async Task Serve(HttpContext http)
    {
        var (request, response, stop) = (http.Request, http.Response, http.RequestAborted);
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            await Refuse(response, StatusCodes.Status405MethodNotAllowed, "A package can only be downloaded.", stop);
            return;
        }

        var digest = request.Path.Value![PathPrefix.Length..];
        var expires = request.Query["Expires"].ToString();
        if (!IsSame(request.Query["Signature"].ToString(), await Sign(digest, expires, stop)))
            await Refuse(response, StatusCodes.Status403Forbidden, "This link is not one that GetFunction gave.", stop);
        else if (long.Parse(expires, CultureInfo.InvariantCulture) < time.GetUtcNow().ToUnixTimeSeconds())
            await Refuse(response, StatusCodes.Status403Forbidden, "This link has expired. Call GetFunction for a new one.", stop);
        else if (await code.FindZip(digest, stop) is not { } file)
            await Refuse(response, StatusCodes.Status404NotFound, "This package is not stored any more.", stop);
        else
            await Send(response, file, HttpMethods.IsHead(request.Method), stop);
    }

    static async Task Send(HttpResponse response, string file, bool headersOnly, CancellationToken stop)
    {
        response.ContentType = "application/zip";
        response.ContentLength = new FileInfo(file).Length;
        if (!headersOnly)
            await response.SendFileAsync(file, stop);
    }

    static async Task Refuse(HttpResponse response, int status, string reason, CancellationToken stop)
    {
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        await response.WriteAsync(reason + "\n", stop);
    }

    static bool IsSame(string given, string right) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(right));

    async ValueTask<string> Sign(string digest, string expires, CancellationToken stop)
    {
        key ??= await registry.SharedKey("code-location", stop);
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{digest}\n{expires}")));
    }
}
