using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Aloft.Tests.EndToEnd;

/// <summary>What a stream meets on its way: readers who are slow or leave, runtimes of the user's own.</summary>
[Collection(RealProgram.Name)]
public sealed class StreamingTests(SharedProgram shared) : IClassFixture<SharedProgram>
{
    const string Flood = """
        exports.handler = awslambda.streamifyResponse(async (event, stream) => {
          console.log('begun');
          for (let i = 0; i < 300; i++) if (!stream.write(Buffer.alloc(100_000, 'x'))) await new Promise((done) => stream.once('drain', done));
          stream.end();
          console.log('ended');
        });
        """;

    [Fact]
    public async Task A_reader_who_pauses_holds_the_function_up_and_gets_everything()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Node(Flood), timeoutSeconds: 30);
        using var http = new HttpClient();
        using var response = await http.GetAsync(await StreamingUrl(lambda, name), HttpCompletionOption.ResponseHeadersRead);
        await Eventually.True(async () => (await Log(lambda, name)).Contains("begun", StringComparison.Ordinal), "it has begun");
        // Two windows, two socket buffers: far less than 30 MB. What is not read yet has not been written.
        Assert.DoesNotContain("ended", await Log(lambda, name), StringComparison.Ordinal);

        await using var body = await response.Content.ReadAsStreamAsync();
        var total = 0L;
        var buffer = new byte[64 * 1024];
        for (int count; (count = await body.ReadAsync(buffer)) > 0;)
            total += count;
        Assert.Equal(30_000_000, total);
    }

    [Fact]
    public async Task A_reader_who_leaves_lets_the_function_end()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Node(Flood), timeoutSeconds: 30);
        var url = await StreamingUrl(lambda, name);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(url.Host, url.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\n\r\n"));
            Assert.True(await client.GetStream().ReadAsync(new byte[1000]) > 0);
        }
        await Eventually.True(async () => (await Log(lambda, name)).Contains("ended", StringComparison.Ordinal), "it wrote to the end, to nobody");
        Assert.Equal("Function.ResponseSizeTooLarge", (await lambda.Invoke(name, "{}")).FunctionErrorType); // 30 MB to one who wants it whole
    }

    [Fact]
    public async Task A_runtime_of_the_users_own_streams_over_the_runtime_api_and_fails_in_trailers()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Shell("""
            #!/usr/bin/env python3
            import base64, http.client, os, time
            api = os.environ['AWS_LAMBDA_RUNTIME_API']
            while True:
                c = http.client.HTTPConnection(api)
                c.request('GET', '/2018-06-01/runtime/invocation/next')
                r = c.getresponse()
                event = r.read()
                c.putrequest('POST', f"/2018-06-01/runtime/invocation/{r.headers['Lambda-Runtime-Aws-Request-Id']}/response")
                c.putheader('Lambda-Runtime-Function-Response-Mode', 'streaming')
                c.putheader('Content-Type', 'text/plain')
                c.putheader('Transfer-Encoding', 'chunked')
                c.putheader('Trailer', 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body')
                c.endheaders()
                for part in (b'one', b'two'):
                    c.send(b'%x\r\n%s\r\n' % (len(part), part))
                    time.sleep(0.05)
                if b'fail' in event:
                    body = base64.b64encode(b'{"errorType":"Broken","errorMessage":"as asked"}')
                    c.send(b'0\r\nLambda-Runtime-Function-Error-Type: Broken\r\nLambda-Runtime-Function-Error-Body: ' + body + b'\r\n\r\n')
                else:
                    c.send(b'0\r\n\r\n')
                c.getresponse().read()
            """));
        var path = $"/2021-11-15/functions/{name}/response-streaming-invocations";
        var good = await lambda.Send(HttpMethod.Post, path, new JsonObject());
        Assert.Contains("one", good.Text, StringComparison.Ordinal);
        Assert.Contains("two", good.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("ErrorCode", good.Text, StringComparison.Ordinal);

        var failed = await lambda.Send(HttpMethod.Post, path, new JsonObject { ["fail"] = true });
        Assert.Contains("\"ErrorCode\":\"Unhandled\"", failed.Text, StringComparison.Ordinal);
        Assert.Contains("Broken", failed.Text, StringComparison.Ordinal);
        Assert.Equal("onetwo", (await lambda.Invoke(name, "{}")).Text);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(205)]
    [InlineData(304)]
    public async Task A_status_that_has_no_body_ends_the_answer_whatever_is_written(int status)
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Node($$"""
            exports.handler = awslambda.streamifyResponse(async (event, stream) => {
              const answer = awslambda.HttpResponseStream.from(stream, { statusCode: {{status}}, headers: { 'x-one': '1' } });
              answer.write('lost');
              answer.end();
            });
            """));
        var url = await lambda.AddUrl(name);
        var collected = await lambda.Send(new(HttpMethod.Get, url));
        Assert.Equal((status, "1", ""), (collected.Status, collected.Header("x-one"), collected.Text));
        await Stream(lambda, name);
        var streamed = await lambda.Send(new(HttpMethod.Get, url));
        Assert.Equal((status, "1", ""), (streamed.Status, streamed.Header("x-one"), streamed.Text));
    }

    static async Task<Uri> StreamingUrl(LambdaWire lambda, string name)
    {
        var url = await lambda.AddUrl(name);
        await Stream(lambda, name);
        return url;
    }

    static async Task Stream(LambdaWire lambda, string name)
    {
        var answer = await lambda.Send(HttpMethod.Put, $"/2021-10-31/functions/{name}/url", new JsonObject { ["InvokeMode"] = "RESPONSE_STREAM" });
        Assert.Equal(200, answer.Status);
    }

    static async Task<string> Log(LambdaWire lambda, string name) =>
        (await lambda.Logs("FilterLogEvents", new JsonObject { ["logGroupName"] = $"/aws/lambda/{name}" })).Text;
}
