using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Aloft.Tests.EndToEnd;

/// <summary>Input that is not as it should be, over the wire: a clear 4xx each, and nothing left behind.</summary>
[Collection(RealProgram.Name)]
public sealed class BadInputTests(SharedProgram shared) : IClassFixture<SharedProgram>
{
    const string Functions = "/2015-03-31/functions";

    public static TheoryData<string, byte[]> BadZips => new()
    {
        { "nothing", [] },
        { "text", "this is no zip"u8.ToArray() },
        { "truncated", FunctionSource.Echo.Zip[..^30] },
        { "broken in the middle", Broken(FunctionSource.Echo.Zip) },
        { "traversal", Package.Of(("../../escaped", "x")) },
        { "traversal within", Package.Of(("a/../../escaped", "x")) },
        { "absolute path", Package.Of(("/tmp/escaped", "x")) },
        { "a file that is also a folder", Package.Of(("a", "x"), ("a/b", "y")) },
        { "no file at all", Package.Of() },
    };

    [Theory]
    [MemberData(nameof(BadZips))]
    public async Task Hostile_package_is_refused(string kind, byte[] zip)
    {
        using var lambda = shared.Program.Lambda();
        Refused(await lambda.Send(HttpMethod.Post, Functions, Creation(lambda, one => one["Code"] = Code(zip))), kind);
        Assert.Equal(404, (await lambda.Send(HttpMethod.Get, $"{Functions}/any")).Status);
        Assert.False(File.Exists("/tmp/escaped"));
        Assert.Empty(Directory.EnumerateFiles(shared.Program.Data, "escaped", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Link_out_of_the_package_is_refused()
    {
        using var folder = new TemporaryFolder();
        (await Command.Run("/usr/bin/python3", ["-c", """
            import stat, zipfile
            with zipfile.ZipFile('link.zip', 'w') as file:
                entry = zipfile.ZipInfo('index.js')
                entry.create_system = 3
                entry.external_attr = (stat.S_IFLNK | 0o777) << 16
                file.writestr(entry, '/etc/passwd')
            """], folder: folder.Path)).MustSucceed();
        using var lambda = shared.Program.Lambda();
        var zip = await File.ReadAllBytesAsync(Path.Combine(folder.Path, "link.zip"));
        Refused(await lambda.Send(HttpMethod.Post, Functions, Creation(lambda, one => one["Code"] = Code(zip))), "link");
    }

    public static TheoryData<string, string> WrongMembers => new()
    {
        { "FunctionName", "null" },
        { "FunctionName", "\"\"" },
        { "FunctionName", $"\"{new string('n', 65)}\"" },
        { "FunctionName", "\"has space\"" },
        { "FunctionName", "\"slash/es\"" },
        { "FunctionName", "7" },
        { "FunctionName", "[]" },
        { "Runtime", "\"ruby99\"" },
        { "Runtime", "{}" },
        { "Handler", "\"\"" },
        { "Handler", $"\"{new string('h', 129)}\"" },
        { "Handler", "\"with space.handler\"" },
        { "Role", "\"not an arn\"" },
        { "Timeout", "0" },
        { "Timeout", "901" },
        { "Timeout", "-1" },
        { "Timeout", "\"soon\"" },
        { "Timeout", "1.5" },
        { "Timeout", "99999999999999999999" },
        { "MemorySize", "127" },
        { "MemorySize", "10241" },
        { "Description", $"\"{new string('d', 257)}\"" },
        { "Environment", "{\"Variables\":{\"1starts\":\"x\"}}" },
        { "Environment", "{\"Variables\":{\"A\":1}}" },
        { "Environment", "{\"Variables\":[]}" },
        { "Environment", "\"A=1\"" },
        { "EphemeralStorage", "{\"Size\":511}" },
        { "Architectures", "[\"pdp11\"]" },
        { "Tags", "{\"aws:reserved\":\"x\"}" },
        { "Code", "{}" },
        { "Code", "{\"ZipFile\":\"!not base64!\"}" },
        { "Code", "\"zip\"" },
        { "VpcConfig", "{\"SubnetIds\":[\"subnet-1\"],\"SecurityGroupIds\":[\"sg-1\"]}" },
        { "NoSuchParameter", "1" },
    };

    [Theory]
    [MemberData(nameof(WrongMembers))]
    public async Task Wrong_member_is_refused(string member, string value)
    {
        using var lambda = shared.Program.Lambda();
        Refused(await lambda.Send(HttpMethod.Post, Functions, Creation(lambda, one => one[member] = JsonNode.Parse(value))), $"{member} = {value}");
        Assert.Equal("[]", (await lambda.Send(HttpMethod.Get, Functions)).Json.GetProperty("Functions").GetRawText());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{\"FunctionName\":\"a\",}")]
    [InlineData("\u0000\u0001\u0002")]
    public async Task Body_that_is_not_an_object_is_refused(string body)
    {
        using var lambda = shared.Program.Lambda();
        Refused(await lambda.Send(lambda.Request(HttpMethod.Post, Functions, Encoding.UTF8.GetBytes(body))), body);
    }

    [Fact]
    public async Task Deep_nesting_is_refused()
    {
        using var lambda = shared.Program.Lambda();
        Refused(await lambda.Send(lambda.Request(HttpMethod.Post, Functions, Encoding.UTF8.GetBytes(new string('[', 100_000)))), "deep");
    }

    [Fact]
    public async Task Names_at_their_limits_work()
    {
        using var lambda = shared.Program.Lambda();
        foreach (var name in new[] { "n", new string('n', 64), "A-Z_09" })
        {
            Assert.Equal(201, (await lambda.Send(HttpMethod.Post, Functions, Creation(lambda, one => one["FunctionName"] = name))).Status);
            await lambda.UntilUpdated(name);
            Assert.Equal("1", (await lambda.Invoke(name, "1")).Text);
        }
    }

    [Theory]
    [InlineData("Invoke type", "X-Amz-Invocation-Type", "Whenever")]
    [InlineData("Client context", "X-Amz-Client-Context", "not base64 !")]
    public async Task Wrong_invoke_header_is_refused(string kind, string header, string value)
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Echo);
        var request = lambda.Request(HttpMethod.Post, $"{Functions}/{name}/invocations", "{}"u8.ToArray());
        request.Headers.TryAddWithoutValidation(header, value);
        Refused(await lambda.Send(request), kind);
    }

    [Theory]
    [InlineData("GET", "/2015-03-31/functions/a/b/c/d")]
    [InlineData("PATCH", "/2015-03-31/functions")]
    [InlineData("GET", "/2015-03-31/functions?MaxItems=many")]
    [InlineData("GET", "/2015-03-31/functions?MaxItems=0")]
    [InlineData("GET", "/2015-03-31/functions?Marker=%00")]
    [InlineData("GET", "/2015-03-31/functions/%2e%2e%2fetc")]
    [InlineData("GET", "/2015-03-31/functions/%ff%fe")]
    [InlineData("GET", "/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:")]
    [InlineData("GET", "/2014-11-13/functions/")]
    [InlineData("GET", "/no/such/path")]
    public async Task Wrong_path_is_refused(string method, string path)
    {
        using var lambda = shared.Program.Lambda();
        Refused(await lambda.Send(lambda.Request(new HttpMethod(method), path)), path);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("NONSENSE\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: Logs_20140328.\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: Nope.Nothing\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 12\r\nConnection: close\r\n\r\nAction=%zz&a")]
    [InlineData("POST /2015-03-31/functions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nZZ\r\nxx\r\n0\r\n\r\n")]
    [InlineData("POST /2015-03-31/functions HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\nConnection: close\r\n\r\n")]
    public async Task Malformed_HTTP_is_refused(string request) => await RefusedRaw(Encoding.Latin1.GetBytes(request));

    [Fact]
    public async Task Giant_header_is_refused() =>
        await RefusedRaw(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: x\r\nX-Giant: {new string('g', 1 << 20)}\r\nConnection: close\r\n\r\n"));

    [Fact]
    public async Task Many_headers_are_refused() =>
        await RefusedRaw(Encoding.ASCII.GetBytes(
            $"GET / HTTP/1.1\r\nHost: x\r\n{string.Concat(Enumerable.Range(0, 5000).Select(n => $"X-H{n}: 1\r\n"))}Connection: close\r\n\r\n"));

    [Fact]
    public async Task Half_sent_body_leaves_nothing()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Echo);
        for (var round = 0; round < 20; round++)
        {
            using var socket = new TcpClient(shared.Program.Endpoint.Host, shared.Program.Endpoint.Port);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST {Functions}/{name}/invocations HTTP/1.1\r\nHost: x\r\nAuthorization: {lambda.Request(HttpMethod.Get, "/").Headers.GetValues("Authorization").Single()}\r\nContent-Length: 1000\r\n\r\n{{\"half\":"));
        }
        Assert.Equal("1", (await lambda.Invoke(name, "1")).Text);
    }

    async Task RefusedRaw(byte[] request)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var socket = new TcpClient(shared.Program.Endpoint.Host, shared.Program.Endpoint.Port);
        var stream = socket.GetStream();
        var answer = new byte[4096];
        var bytes = 0;
        try
        {
            await stream.WriteAsync(request, limit.Token);
            bytes = await stream.ReadAtLeastAsync(answer, 12, throwOnEndOfStream: false, limit.Token);
        }
        catch (IOException)
        {
            // Closed in the middle of what it will not read: a refusal too.
        }
        if (bytes > 0)
            Assert.Matches("^HTTP/1.1 4", Encoding.ASCII.GetString(answer, 0, bytes));
        await StillAlive();
    }

    async Task StillAlive()
    {
        using var http = new HttpClient { BaseAddress = shared.Program.Endpoint };
        using var response = await http.GetAsync(new Uri("/_aloft/health", UriKind.Relative));
        Assert.True(response.IsSuccessStatusCode);
    }

    static void Refused(WireAnswer answer, string what)
    {
        Assert.True(answer.Status is >= 400 and < 500, $"{what}: {answer}");
        Assert.True(answer.Header("x-amzn-RequestId") is { Length: > 0 }, $"{what}: no request id");
        Assert.True(answer.Text.Length > 20, $"{what}: says nothing: {answer}");
    }

    static JsonObject Creation(LambdaWire lambda, Action<JsonObject> change)
    {
        var body = new JsonObject
        {
            ["FunctionName"] = "any",
            ["Runtime"] = "nodejs20.x",
            ["Handler"] = "index.handler",
            ["Role"] = $"arn:aws:iam::{lambda.Account}:role/any",
            ["Code"] = Code(FunctionSource.Echo.Zip),
        };
        change(body);
        return body;
    }

    static JsonObject Code(byte[] zip) => new() { ["ZipFile"] = Convert.ToBase64String(zip) };

    static byte[] Broken(byte[] zip)
    {
        var broken = (byte[])zip.Clone();
        for (var at = 40; at < 60; at++)
            broken[at] ^= 0xFF;
        return broken;
    }
}
