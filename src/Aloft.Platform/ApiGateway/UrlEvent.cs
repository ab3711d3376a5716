using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Aloft.Platform.Iam;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Aloft.Platform.ApiGateway;

/// <summary>Who signed a request to a URL that demands it.</summary>
internal sealed record UrlCaller(string AccessKeyId, Caller Caller);

/// <summary>An HTTP request as the event of payload format 2.0.</summary>
internal static class UrlEvent
{
    public const string TraceHeader = "x-amzn-trace-id";

    [ThreadStatic]
    static ArrayBufferWriter<byte>? buffer;

    [ThreadStatic]
    static Utf8JsonWriter? writer;

    /// <param name="trace">What the function runs with: the header that came, or one in its place.</param>
    public static byte[] Write(
        HttpContext http, string urlId, string path, Guid requestId, string trace, ReadOnlyMemory<byte> body, UrlCaller? caller, DateTimeOffset now)
    {
        var bytes = buffer ??= new ArrayBufferWriter<byte>(4096);
        bytes.ResetWrittenCount();
        var json = writer ??= new Utf8JsonWriter(bytes, new JsonWriterOptions { SkipValidation = true });
        json.Reset(bytes);

        var request = http.Request;
        var query = request.QueryString.Value is { Length: > 1 } text ? text[1..] : "";
        json.WriteStartObject();
        json.WriteString("version"u8, "2.0"u8);
        json.WriteString("routeKey"u8, "$default"u8);
        json.WriteString("rawPath"u8, path);
        json.WriteString("rawQueryString"u8, query);
        Cookies(json, request);
        Headers(json, request, trace);
        if (query.Length > 0)
            Parameters(json, request.Query);
        Context(json, http, urlId, path, requestId, caller, now);
        Body(json, request, body);
        json.WriteEndObject();
        json.Flush();

        var result = bytes.WrittenSpan.ToArray();
        if (bytes.Capacity > 256 * 1024)
            (buffer, writer) = (null, null); // one large body must not stay with the thread
        return result;
    }

    static void Cookies(Utf8JsonWriter json, HttpRequest request)
    {
        if (request.Headers.Cookie is not { Count: > 0 } cookies)
            return;
        json.WriteStartArray("cookies"u8);
        foreach (var line in cookies)
            foreach (var cookie in (line ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                json.WriteStringValue(cookie);
        json.WriteEndArray();
    }

    static void Headers(Utf8JsonWriter json, HttpRequest request, string trace)
    {
        json.WriteStartObject("headers"u8);
        foreach (var (name, value) in request.Headers)
            WriteLowerCase(json, name, value);
        if (!request.Headers.ContainsKey("X-Forwarded-For"))
            json.WriteString("x-forwarded-for"u8, Address(request.HttpContext));
        if (!request.Headers.ContainsKey("X-Forwarded-Proto"))
            json.WriteString("x-forwarded-proto"u8, request.Scheme);
        if (!request.Headers.ContainsKey("X-Forwarded-Port"))
            json.WriteString("x-forwarded-port"u8, (request.Host.Port ?? 80).ToString(CultureInfo.InvariantCulture));
        if (!request.Headers.ContainsKey(TraceHeader))
            json.WriteString(TraceHeader, trace);
        json.WriteEndObject();
    }

    static void WriteLowerCase(Utf8JsonWriter json, string name, StringValues value)
    {
        Span<char> lower = stackalloc char[128];
        if (name.Length <= lower.Length)
            json.WriteString(lower[..name.AsSpan().ToLowerInvariant(lower)], value.Count == 1 ? value[0] : Joined(name, value));
        else
            json.WriteString(name.ToLowerInvariant(), Joined(name, value));
    }

    static string Joined(string name, StringValues lines) =>
        string.Join(name.Equals("Cookie", StringComparison.OrdinalIgnoreCase) ? "; " : ",", lines.ToArray());

    static void Parameters(Utf8JsonWriter json, IQueryCollection query)
    {
        json.WriteStartObject("queryStringParameters"u8);
        foreach (var (name, values) in query)
            json.WriteString(name, string.Join(',', values.ToArray()));
        json.WriteEndObject();
    }

    static void Context(Utf8JsonWriter json, HttpContext http, string urlId, string path, Guid requestId, UrlCaller? caller, DateTimeOffset now)
    {
        json.WriteStartObject("requestContext"u8);
        json.WriteString("accountId"u8, caller?.Caller.Account ?? "anonymous");
        json.WriteString("apiId"u8, urlId);
        if (caller is not null)
            Authorizer(json, caller);
        json.WriteString("domainName"u8, http.Request.Host.Host);
        json.WriteString("domainPrefix"u8, urlId);
        json.WriteStartObject("http"u8);
        json.WriteString("method"u8, http.Request.Method);
        json.WriteString("path"u8, path);
        json.WriteString("protocol"u8, http.Request.Protocol);
        json.WriteString("sourceIp"u8, Address(http));
        json.WriteString("userAgent"u8, http.Request.Headers.UserAgent.Count > 0 ? http.Request.Headers.UserAgent[0] : null);
        json.WriteEndObject();
        json.WriteString("requestId"u8, requestId);
        json.WriteString("routeKey"u8, "$default"u8);
        json.WriteString("stage"u8, "$default"u8);
        Span<char> when = stackalloc char[32];
        now.TryFormat(when, out var written, "dd'/'MMM'/'yyyy:HH:mm:ss '+0000'", CultureInfo.InvariantCulture);
        json.WriteString("time"u8, when[..written]);
        json.WriteNumber("timeEpoch"u8, now.ToUnixTimeMilliseconds());
        json.WriteEndObject();
    }

    static void Authorizer(Utf8JsonWriter json, UrlCaller by)
    {
        json.WriteStartObject("authorizer"u8);
        json.WriteStartObject("iam"u8);
        json.WriteString("accessKey"u8, by.AccessKeyId);
        json.WriteString("accountId"u8, by.Caller.Account);
        json.WriteString("callerId"u8, by.Caller.Account);
        json.WriteNull("cognitoIdentity"u8);
        json.WriteNull("principalOrgId"u8);
        json.WriteString("userArn"u8, by.Caller.PrincipalArn);
        json.WriteString("userId"u8, by.Caller.Account);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void Body(Utf8JsonWriter json, HttpRequest request, ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            json.WriteBoolean("isBase64Encoded"u8, false);
            return;
        }
        var asText = IsText(request.ContentType) && System.Text.Unicode.Utf8.IsValid(body.Span);
        if (asText)
            json.WriteString("body"u8, body.Span);
        else
            json.WriteBase64String("body"u8, body.Span);
        json.WriteBoolean("isBase64Encoded"u8, !asText);
    }

    /// <summary>What reaches the function as text; anything else is base64.</summary>
    static bool IsText(string? contentType)
    {
        var type = (contentType ?? "").AsSpan();
        if (type.IndexOf(';') is >= 0 and var end)
            type = type[..end];
        type = type.Trim();
        return type.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/javascript", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/xml", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("+xml", StringComparison.OrdinalIgnoreCase);
    }

    static string Address(HttpContext http) => http.Connection.RemoteIpAddress switch
    {
        null => "127.0.0.1",
        var address when address.Equals(System.Net.IPAddress.Loopback) => "127.0.0.1",
        var address => address.ToString(),
    };
}
