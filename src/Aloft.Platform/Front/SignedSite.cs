using System.Text;
using System.Text.Json.Nodes;
using Aloft.Platform.Iam;
using Aloft.Platform.Kernel;
using Aloft.Wire;
using Aloft.Wire.RestJson;
using Microsoft.AspNetCore.Http;

namespace Aloft.Platform.Front;

/// <summary>A request to a site of Aloft's own, from whoever signed it.</summary>
/// <param name="Path">Behind the site's prefix, decoded.</param>
public sealed record SiteRequest(Caller Caller, string Method, string Path, IQueryCollection Query, ReadOnlyMemory<byte> Body);

/// <summary>
/// A site of Aloft's own beside the AWS API, for its own clients: signed and refused as calls of the API are, JSON in and out.
/// </summary>
/// <param name="prefix">Of the path: <c>/_aloft/dev/</c>.</param>
/// <param name="maxBodyBytes">What a request may bring.</param>
/// <param name="handle">Gives the answer's document, or throws the one <see cref="ApiError"/>.</param>
public sealed class SignedSite(
    string name, string prefix, int maxBodyBytes, Authenticator authenticator, Func<SiteRequest, CancellationToken, ValueTask<JsonNode>> handle)
{
    const Protocol Shape = Protocol.RestJson;

    public HttpSite Site => new(name, http => http.Request.Path.Value!.StartsWith(prefix, StringComparison.Ordinal), Serve);

    async Task Serve(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        try
        {
            var claim = authenticator.Admit(Authenticator.SignatureOf(http), Shape);
            var body = await RequestBody.ReadSent(http, new(maxBodyBytes, name));
            var caller = authenticator.Verify(claim, http, body.Span, Shape);
            var request = new SiteRequest(caller, http.Request.Method, http.Request.Path.Value![prefix.Length..], http.Request.Query, body);
            var answer = await handle(request, http.RequestAborted);
            await Answer.WriteBytes(http.Response, "application/json", Encoding.UTF8.GetBytes(answer.ToJsonString()));
        }
        catch (ApiError error)
        {
            await Refuse(http.Response, error);
        }
        catch (BadHttpRequestException fault)
        {
            await Refuse(http.Response, new ApiError("BadRequest", fault.StatusCode, fault.Message));
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested)
        {
            http.Abort(); // nobody is left to answer
        }
    }

    static async Task Refuse(HttpResponse response, ApiError error)
    {
        response.StatusCode = error.HttpStatus;
        response.Headers[RestJsonError.TypeHeader] = error.Code;
        using var text = new PooledBytes();
        RestJsonError.Write(text, error);
        await Answer.WriteBytes(response, "application/json", text.WrittenMemory);
    }
}
