using System.Text;
using System.Text.Json;
using Aloft.Platform.Kernel;
using Microsoft.AspNetCore.Http;

namespace Aloft.Platform.ApiGateway;

/// <summary>
/// A function's answer as an HTTP response: an object with a statusCode is the response of payload format 2.0; any other JSON is the
/// body of a 200. https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
/// </summary>
internal static class UrlResponse
{
    const string Malformed =
        """{"Message":"The function's response is malformed: statusCode (200-599), headers, cookies, body or isBase64Encoded is wrong."}""";

    public static Task Write(HttpContext http, ReadOnlyMemory<byte> answer)
    {
        if (answer.Span.IndexOf("\"statusCode\""u8) < 0)
            return Whole(http, answer);

        JsonDocument document;
        try
        {
            document = ForeignJson.Parse(answer);
        }
        catch (JsonException)
        {
            return Whole(http, answer);
        }
        using (document)
        {
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("statusCode", out _) ? Structured(http, root) : Whole(http, answer);
        }
    }

    /// <summary>An answer that the function wrote in pieces, to a caller who gets it whole.</summary>
    public static Task WriteCollected(HttpContext http, string contentType, ReadOnlyMemory<byte> answer)
    {
        if (contentType == UrlStream.HttpIntegration)
        {
            if (!UrlStream.TrySplit(answer, out var head, out answer) || !TryHead(http, head))
                return Refuse(http);
        }
        else
        {
            http.Response.ContentType = contentType;
        }
        return Send(http, answer);
    }

    /// <summary>Sets status, headers and cookies as the function's object has them; false when they are malformed.</summary>
    public static bool TryHead(HttpContext http, JsonElement head)
    {
        if (head.ValueKind != JsonValueKind.Object || !TryHeaders(http.Response, head))
            return false;
        if (!head.TryGetProperty("statusCode", out var statusCode))
            return true;
        if (!TryStatus(statusCode, out var status))
            return false;
        http.Response.StatusCode = status;
        return true;
    }

    /// <summary>An answer of the other statuses ends with its headers; Kestrel throws where more is written.</summary>
    public static bool HasBody(HttpResponse response) =>
        response.StatusCode is not (StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified);

    public static Task Refuse(HttpContext http)
    {
        http.Response.Headers.Clear();
        http.Response.StatusCode = 502;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(Malformed, http.RequestAborted);
    }

    static Task Whole(HttpContext http, ReadOnlyMemory<byte> answer)
    {
        http.Response.ContentType = "application/json";
        return Send(http, answer);
    }

    static Task Send(HttpContext http, ReadOnlyMemory<byte> body)
    {
        if (!HasBody(http.Response))
            return Task.CompletedTask;
        http.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }

    static Task Structured(HttpContext http, JsonElement root)
    {
        if (!TryBody(root, out var body) || !TryHead(http, root))
            return Refuse(http);

        http.Response.ContentType ??= "application/json";
        return Send(http, body);
    }

    static bool TryStatus(JsonElement element, out int status)
    {
        status = 0;
        return (element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out status)
            || element.ValueKind == JsonValueKind.String && int.TryParse(element.GetString(), out status))
            && status is >= 200 and <= 599;
    }

    static bool TryBody(JsonElement root, out byte[] body)
    {
        body = [];
        if (!root.TryGetProperty("body", out var element) || element.ValueKind == JsonValueKind.Null)
            return true;
        var isBase64 = root.TryGetProperty("isBase64Encoded", out var flag) && flag.ValueKind == JsonValueKind.True;
        if (element.ValueKind != JsonValueKind.String)
        {
            body = Encoding.UTF8.GetBytes(element.GetRawText());
            return !isBase64;
        }
        if (isBase64)
            return element.TryGetBytesFromBase64(out body!);
        body = Encoding.UTF8.GetBytes(element.GetString()!);
        return true;
    }

    static bool TryHeaders(HttpResponse response, JsonElement root)
    {
        try
        {
            if (root.TryGetProperty("headers", out var headers) && headers.ValueKind == JsonValueKind.Object)
                foreach (var header in headers.EnumerateObject())
                    if (!IsHop(header.Name))
                        response.Headers[header.Name] = Text(header.Value);
            if (root.TryGetProperty("cookies", out var cookies) && cookies.ValueKind == JsonValueKind.Array)
                foreach (var cookie in cookies.EnumerateArray())
                    response.Headers.Append("Set-Cookie", Text(cookie));
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // Kestrel refuses control characters in names and values
        }
    }

    static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    /// <summary>Headers of the connection, which the server sets itself.</summary>
    static bool IsHop(string name) =>
        name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Connection", StringComparison.OrdinalIgnoreCase);
}
