using System.IO.Compression;
using System.Text;
using Aloft.Platform.Front;
using Aloft.Platform.Iam;
using Microsoft.AspNetCore.Http;

namespace Aloft.Tests.Front;

public class RequestBodyTests
{
    const string Invocations = "/2015-03-31/functions/f/invocations"; // limit in the test bed: 1,000 bytes

    readonly FrontBed bed = new();

    static byte[] Gzip(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
            gzip.Write(content);
        return stream.ToArray();
    }

    [Fact]
    public async Task As_large_as_the_limit_is_read_whole()
    {
        var body = new string('x', 1_000);
        Assert.Equal(body, (await bed.Send("POST", Invocations, body)).Body);
    }

    [Fact]
    public async Task Larger_is_refused_in_lambdas_words()
    {
        var reply = await bed.Send("POST", Invocations, new string('x', 1_001));
        Assert.Equal((413, "RequestTooLargeException"), (reply.Status, reply.ErrorType));
        Assert.Equal("Request must be smaller than 1000 bytes for the InvokeFunction operation", reply.Json["message"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("lambda", "/2015-03-31/functions", "Content-Type", "application/json", "CreateFunction", 70_167_211)]
    [InlineData("logs", "/", "X-Amz-Target", "Logs_20140328.CreateLogGroup", "CreateLogGroup", 70_167_211)]
    [InlineData("sts", "/", "Content-Type", "application/x-www-form-urlencoded", "Query", 8_388_608)]
    public async Task Elsewhere_too_large_has_the_code_that_all_services_share(
        string service, string path, string header, string value, string named, int limit)
    {
        var http = FrontBed.Request("POST", path, [], FrontBed.Scope(service), (header, value));
        http.Request.ContentLength = limit + 1L;
        using var answer = new MemoryStream();
        http.Response.Body = answer;
        await bed.Door.Handle(http);
        var text = Encoding.UTF8.GetString(answer.ToArray());
        Assert.Equal(413, http.Response.StatusCode);
        Assert.Contains("RequestEntityTooLargeException", text + http.Response.Headers["x-amzn-ErrorType"], StringComparison.Ordinal);
        Assert.Contains($"Request must be smaller than {limit} bytes for the {named} operation", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1_000, 200)]
    [InlineData(1_001, 413)]
    [InlineData(500_000, 413)]
    public async Task Without_a_length_it_is_counted_as_it_comes(int length, int status)
    {
        var http = FrontBed.Request("POST", Invocations, new byte[length]);
        http.Request.ContentLength = null;
        await bed.Door.Handle(http);
        Assert.Equal(status, http.Response.StatusCode);
    }

    [Fact]
    public async Task A_large_body_arrives_unchanged()
    {
        var body = "{\"a\":\"" + new string('x', 3_000_000) + "\"}";
        var http = FrontBed.Request("POST", "/2015-03-31/functions", Encoding.UTF8.GetBytes(body));
        await bed.Door.Handle(http);
        Assert.Equal(body, Encoding.UTF8.GetString(bed.Last!.Payload.Span));
    }

    [Fact]
    public async Task Gzip_is_undone_and_its_content_counts_against_the_limit()
    {
        Assert.Equal("hello", (await bed.Send("POST", Invocations, Gzip("hello"u8.ToArray()), ("Content-Encoding", "gzip"))).Body);
        Assert.Equal(413, (await bed.Send("POST", Invocations, Gzip(new byte[100_000]), ("Content-Encoding", "gzip"))).Status);
    }

    [Fact]
    public async Task What_is_not_gzip_is_refused()
    {
        var reply = await bed.Send("POST", Invocations, "hello", ("Content-Encoding", "gzip"));
        Assert.Equal((400, "SerializationException"), (reply.Status, reply.ErrorType));
    }

    [Theory]
    [InlineData("Content-Encoding", "aws-chunked")]
    [InlineData("Content-Encoding", "br")]
    [InlineData("Content-Encoding", "gzip, gzip")]
    [InlineData("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")]
    [InlineData("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")]
    public async Task Other_encodings_are_refused_by_name(string header, string value)
    {
        var reply = await bed.Send("POST", Invocations, "hello", (header, value));
        Assert.Equal((415, "UnsupportedMediaTypeException"), (reply.Status, reply.ErrorType));
        Assert.Contains(value, reply.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "BadRequest")]
    [InlineData(408, "RequestTimeout")]
    public async Task What_the_server_finds_wrong_with_a_body_is_told(int status, string code)
    {
        var http = FrontBed.Request("POST", Invocations, []);
        http.Request.ContentLength = 5;
        http.Request.Body = new FailingStream(new BadHttpRequestException("Too slow.", status));
        await bed.Door.Handle(http);
        Assert.Equal((status, code), (http.Response.StatusCode, http.Response.Headers["x-amzn-ErrorType"].ToString()));
        Assert.Empty(bed.Log);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_no_bug()
    {
        var http = FrontBed.Request("POST", Invocations, []);
        http.Request.ContentLength = 5;
        http.Request.Body = new FailingStream(new IOException("reset by peer"));
        await bed.Door.Handle(http);
        Assert.Equal(400, http.Response.StatusCode);
        Assert.Empty(bed.Log);
    }

    [Fact]
    public async Task Who_may_not_call_is_refused_before_the_body_is_read()
    {
        var http = FrontBed.Request("POST", Invocations, []);
        http.Request.ContentLength = 5;
        http.Request.Body = new FailingStream(new InvalidOperationException("read"));
        var on = new FrontBed(AuthMode.On);
        await on.Door.Handle(http);
        Assert.Equal((403, "MissingAuthenticationTokenException"), (http.Response.StatusCode, http.Response.Headers["x-amzn-ErrorType"].ToString()));
        Assert.Empty(on.Log);
    }

    sealed class FailingStream(Exception fault) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw fault;
    }

    /// <summary>Whoever waits for sockets reads it first, and serves many: what takes long is not for that thread.</summary>
    [Theory]
    [InlineData(100_000, null, false)]
    [InlineData(1_000_000, null, true)]
    [InlineData(100, "gzip", true)]
    public async Task Much_is_worked_through_on_a_thread_of_the_pool(int length, string? encoding, bool onPool)
    {
        var content = new byte[length];
        var http = new DefaultHttpContext();
        http.Request.Headers.ContentEncoding = encoding;
        http.Request.Body = new MemoryStream(encoding is null ? content : Gzip(content));
        var read = new TaskCompletionSource<(int Length, bool OnPool)>();
        new Thread(async () =>
        {
            var body = await RequestBody.Read(http, new(10_000_000, "Any"));
            read.SetResult((body.Content.Length, Thread.CurrentThread.IsThreadPoolThread));
        }).Start();
        Assert.Equal((length, onPool), await read.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }
}
