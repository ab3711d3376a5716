using System.Net;
using System.Text;
using System.Text.Json;

namespace Aloft.Tests.EndToEnd;

/// <summary>Events and answers of payload format 2.0. https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html</summary>
[Collection(RealProgram.Name)]
public sealed class FunctionUrlTests(SharedProgram shared) : IClassFixture<SharedProgram>
{
    [Fact]
    public async Task Event_is_of_format_2()
    {
        using var lambda = shared.Program.Lambda();
        var request = new HttpRequestMessage(HttpMethod.Post, "a%20b/c%3Fd/100%25?x=1&x=2&y=%C3%A4&empty=") { Content = new StringContent("text", Encoding.UTF8, "text/plain") };
        request.Headers.Add("Cookie", "one=1; two=2");
        request.Headers.Add("X-Mixed-Case", "Value");
        request.Headers.UserAgent.ParseAdd("tester/1");
        var answer = await Call(lambda, "exports.handler = async event => event;", request);
        var fired = JsonSerializer.Deserialize<JsonElement>(answer.Body);

        Assert.Equal("2.0", fired.GetProperty("version").GetString());
        Assert.Equal("$default", fired.GetProperty("routeKey").GetString());
        Assert.Equal("/a%20b/c%3Fd/100%25", fired.GetProperty("rawPath").GetString());
        Assert.Equal("x=1&x=2&y=%C3%A4&empty=", fired.GetProperty("rawQueryString").GetString());
        Assert.Equal("1,2", fired.GetProperty("queryStringParameters").GetProperty("x").GetString());
        Assert.Equal("ä", fired.GetProperty("queryStringParameters").GetProperty("y").GetString());
        Assert.Equal("Value", fired.GetProperty("headers").GetProperty("x-mixed-case").GetString());
        Assert.Equal(["one=1", "two=2"], fired.GetProperty("cookies").EnumerateArray().Select(cookie => cookie.GetString()));
        Assert.Equal("one=1; two=2", fired.GetProperty("headers").GetProperty("cookie").GetString());
        Assert.Equal("text", fired.GetProperty("body").GetString());
        Assert.False(fired.GetProperty("isBase64Encoded").GetBoolean());

        var context = fired.GetProperty("requestContext");
        Assert.Equal("$default", context.GetProperty("stage").GetString());
        Assert.Equal("/a%20b/c%3Fd/100%25", context.GetProperty("http").GetProperty("path").GetString());
        Assert.Equal("POST", context.GetProperty("http").GetProperty("method").GetString());
        Assert.Equal("HTTP/1.1", context.GetProperty("http").GetProperty("protocol").GetString());
        Assert.Equal("127.0.0.1", context.GetProperty("http").GetProperty("sourceIp").GetString());
        Assert.Equal("tester/1", context.GetProperty("http").GetProperty("userAgent").GetString());
        Assert.NotEqual("", context.GetProperty("requestId").GetString());
        Assert.True(context.GetProperty("timeEpoch").GetInt64() > 1_500_000_000_000);
    }

    [Fact]
    public async Task A_trace_is_the_callers_or_a_new_one_and_the_event_has_what_the_function_runs_with()
    {
        using var lambda = shared.Program.Lambda();
        var url = await lambda.AddUrl(await lambda.Create(FunctionSource.Node(
            "exports.handler = async event => ({ told: event.headers['x-amzn-trace-id'], ran: process.env._X_AMZN_TRACE_ID });")));
        var made = (await lambda.Send(new(HttpMethod.Get, url))).Json;
        Assert.Matches("^Root=1-[0-9a-f]{8}-[0-9a-f]{24};", made.GetProperty("told").GetString());
        Assert.Equal(made.GetProperty("told").GetString(), made.GetProperty("ran").GetString());

        const string Own = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";
        var given = (await lambda.Send(new(HttpMethod.Get, url) { Headers = { { "X-Amzn-Trace-Id", Own } } })).Json;
        Assert.Equal((Own, Own), (given.GetProperty("told").GetString(), given.GetProperty("ran").GetString()));
    }

    [Fact]
    public async Task Binary_body_arrives_in_base64()
    {
        using var lambda = shared.Program.Lambda();
        byte[] bytes = [0, 255, 1, 254];
        var request = new HttpRequestMessage(HttpMethod.Put, "") { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new("application/octet-stream");
        var fired = (await Call(lambda, "exports.handler = async event => event;", request)).Json;
        Assert.True(fired.GetProperty("isBase64Encoded").GetBoolean());
        Assert.Equal(bytes, fired.GetProperty("body").GetBytesFromBase64());
    }

    [Fact]
    public async Task Answer_sets_status_headers_and_cookies()
    {
        using var lambda = shared.Program.Lambda();
        var answer = await Call(lambda, """
            exports.handler = async () => ({
              statusCode: 418, headers: { 'Content-Type': 'text/teapot', 'X-One': '1' }, cookies: ['a=1', 'b=2'], body: 'short',
            });
            """);
        Assert.Equal((418, "short"), (answer.Status, answer.Text));
        Assert.Equal("1", answer.Header("X-One"));
        Assert.Equal("a=1,b=2", answer.Header("Set-Cookie"));
    }

    [Fact]
    public async Task Answer_in_base64_is_sent_as_bytes()
    {
        using var lambda = shared.Program.Lambda();
        var answer = await Call(lambda, """
            exports.handler = async () => ({ statusCode: 200, isBase64Encoded: true, body: Buffer.from([0, 255, 7]).toString('base64') });
            """);
        Assert.Equal([0, 255, 7], answer.Body);
    }

    [Theory]
    [InlineData("'plain text'", 200, "plain text")]
    [InlineData("({ any: 'object' })", 200, "{\"any\":\"object\"}")]
    [InlineData("({ statusCode: 204 })", 204, "")]
    [InlineData("({ statusCode: 205, body: 'lost' })", 205, "")]
    public async Task Answer_without_the_shape_is_the_body(string result, int status, string body)
    {
        using var lambda = shared.Program.Lambda();
        var answer = await Call(lambda, $"exports.handler = async () => {result};");
        Assert.Equal(status, answer.Status);
        Assert.Equal(body, answer.Text.Trim('"'));
    }

    [Fact]
    public async Task Function_that_fails_is_a_bad_gateway()
    {
        using var lambda = shared.Program.Lambda();
        var answer = await Call(lambda, "exports.handler = async () => { throw new Error('private'); };");
        Assert.Equal(502, answer.Status);
        Assert.DoesNotContain("private", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_name_alone_finds_the_function()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Echo);
        var id = UrlId(await lambda.AddUrl(name));
        foreach (var host in new[] { $"{id}.lambda-url.us-east-1.on.aws", $"{id}.lambda-url.us-east-1.localhost:{shared.Program.Endpoint.Port}" })
        {
            using var http = new HttpClient { BaseAddress = shared.Program.Endpoint };
            using var request = new HttpRequestMessage(HttpMethod.Get, "/by/host");
            request.Headers.Host = host;
            using var response = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Contains("\"rawPath\":\"/by/host\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Unknown_url_is_forbidden_or_not_found()
    {
        using var http = new HttpClient { BaseAddress = shared.Program.Endpoint };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Host = $"{new string('a', 32)}.lambda-url.us-east-1.on.aws";
        using var response = await http.SendAsync(request);
        Assert.Contains((int)response.StatusCode, new[] { 403, 404 });
    }

    static string UrlId(Uri url) =>
        url.Host.Contains(".lambda-url.", StringComparison.Ordinal) ? url.Host.Split('.')[0] : url.Segments.First(part => part.Length >= 32).Trim('/');

    static async Task<WireAnswer> Call(LambdaWire lambda, string source, HttpRequestMessage? request = null)
    {
        var url = await lambda.AddUrl(await lambda.Create(FunctionSource.Node(source)));
        request ??= new HttpRequestMessage(HttpMethod.Get, "");
        request.RequestUri = new Uri(url, request.RequestUri?.OriginalString ?? "");
        return await lambda.Send(request);
    }
}
