using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Aloft.Tests.Front;

/// <summary>HTTP that no library would send.</summary>
public class BrokenHttpTests(KestrelBed kestrel) : IClassFixture<KestrelBed>
{
    const string Invoke = "POST /2015-03-31/functions/f/invocations HTTP/1.1\r\nHost: localhost\r\n";
    const string InvokeOnce = $"{Invoke}Connection: close\r\n";

    static string Body(string answer) => answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];

    [Fact]
    public async Task Whole_requests_are_answered_one_after_the_other()
    {
        var answer = await kestrel.Ask($"{Invoke}Content-Length: 5\r\n\r\nhello{InvokeOnce}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");
        Assert.Equal(2, answer.Split("HTTP/1.1 200 OK").Length - 1);
        Assert.Contains("hello", answer, StringComparison.Ordinal);
        Assert.EndsWith("abcde", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chunked_body_is_bounded_as_it_comes()
    {
        var answer = await kestrel.Ask($"{InvokeOnce}Transfer-Encoding: chunked\r\n\r\n{string.Concat(Enumerable.Repeat("100\r\n" + new string('x', 256) + "\r\n", 5))}0\r\n\r\n");
        Assert.Equal(413, KestrelBed.Status(answer));
        Assert.Contains("for the InvokeFunction operation", Body(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_declared_body_that_is_too_large_is_refused_unread()
    {
        var answer = await kestrel.Ask($"{InvokeOnce}Content-Length: 100000000\r\n\r\nxxx");
        Assert.Equal(413, KestrelBed.Status(answer));
    }

    [Fact]
    public async Task A_body_beyond_the_servers_own_default_limit_is_read()
    {
        var length = 31_000_000;
        var answer = await kestrel.Ask(
            $"POST /2015-03-31/functions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{new string('x', length)}");
        Assert.Equal(200, KestrelBed.Status(answer));
    }

    [Fact]
    public async Task A_head_request_gets_no_body()
    {
        var answer = await kestrel.Ask("HEAD /_aloft/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.Equal((200, ""), (KestrelBed.Status(answer), Body(answer)));
        Assert.Equal("", Body(await kestrel.Ask("HEAD /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")));
    }

    public static TheoryData<string, string> Broken => new()
    {
        { "no chunk size", $"{InvokeOnce}Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n" },
        { "endless chunk size", $"{InvokeOnce}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\nabc" },
        { "two lengths", $"{InvokeOnce}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd" },
        { "negative length", $"{InvokeOnce}Content-Length: -1\r\n\r\n" },
        { "endless length", $"{InvokeOnce}Content-Length: 99999999999999999999\r\n\r\n" },
        { "unknown transfer encoding", $"{InvokeOnce}Transfer-Encoding: nonsense\r\n\r\nabc" },
        { "giant header", $"{InvokeOnce}X: {new string('x', 100_000)}\r\n\r\n" },
        { "many headers", $"{InvokeOnce}{string.Concat(Enumerable.Range(0, 500).Select(i => $"X{i}: y\r\n"))}\r\n" },
        { "giant target", $"GET /{new string('x', 100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "no host", "GET / HTTP/1.1\r\n\r\n" },
        { "two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" },
        { "bad host", "GET / HTTP/1.1\r\nHost: a b/c\r\n\r\n" },
        { "no version", "GET /\r\n\r\n" },
        { "null in target", "GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "bytes in target", "GET /\u00ff\u00fe HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "encoded null in target", "GET /2015-03-31/%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" },
        { "bytes in header", $"{InvokeOnce}Authorization: \u00ff\u00fe\r\nContent-Length: 0\r\n\r\n" },
        { "connect", "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\nConnection: close\r\n\r\n" },
        { "asterisk", "GET * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" },
        { "lone line feeds", "GET /nothing HTTP/1.1\nHost: localhost\nConnection: close\n\n" },
        { "TLS", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003\r\n" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Broken_is_a_4xx(string what, string request)
    {
        var answer = await kestrel.Ask(request);
        Assert.True(KestrelBed.Status(answer) is >= 400 and < 500, $"{what}: {answer}");
        Assert.Empty(kestrel.Bed.Log);
    }

    public static TheoryData<string, string> CutOff => new()
    {
        { "headers", "GET / HTTP/1.1\r\nHost: loc" },
        { "body", $"{Invoke}Content-Length: 100\r\n\r\nhalf" },
        { "chunk", $"{Invoke}Transfer-Encoding: chunked\r\n\r\n10\r\nhalf" },
        { "chunks", $"{Invoke}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n" },
        { "form", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 50\r\n\r\nAction=Ge" },
    };

    [Theory]
    [MemberData(nameof(CutOff))]
    public async Task Cut_off_is_a_4xx_or_a_closed_connection(string what, string request)
    {
        var answer = await kestrel.Throw(Encoding.Latin1.GetBytes(request));
        Assert.True(KestrelBed.Status(answer) is 0 or (>= 400 and < 500), $"{what}: {answer}");
        Assert.Empty(kestrel.Bed.Log);
    }

    [Fact]
    public async Task A_client_that_resets_in_mid_body_leaves_nothing_behind()
    {
        for (var i = 0; i < 20; i++)
        {
            using var client = await kestrel.Connect(CancellationToken.None);
            client.LingerState = new(enable: true, seconds: 0); // closing now resets
            await client.SendAsync(Encoding.ASCII.GetBytes($"{Invoke}Content-Length: 900\r\n\r\nhalf"));
        }
        Assert.Equal(200, KestrelBed.Status(await kestrel.Ask($"{InvokeOnce}Content-Length: 2\r\n\r\nok")));
        Assert.Empty(kestrel.Bed.Log);
    }

    [Fact]
    public void Any_bytes_in_a_request_are_a_4xx_or_a_closed_connection()
    {
        var whole = Encoding.Latin1.GetBytes(
            $"{Invoke}Authorization: {FrontBed.Scope("lambda").Item2}\r\nX-Amz-Date: 20260203T040506Z\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{{\"a\":\"hello\"}}");
        var edits =
            from count in Gen.Choose(1, 6)
            from places in Gen.Choose(0, whole.Length - 1).ArrayOf(count)
            from values in Gen.Choose(0, 255).ArrayOf(count)
            from length in Gen.Frequency((3, Gen.Constant(whole.Length)), (1, Gen.Choose(1, whole.Length)))
            select (places, values, length);

        var property = Prop.ForAll(edits.ToArbitrary(), edit =>
        {
            var bytes = whole.ToArray();
            for (var i = 0; i < edit.places.Length; i++)
                bytes[edit.places[i]] = (byte)edit.values[i];
            var answer = kestrel.Throw(bytes[..edit.length]).GetAwaiter().GetResult();
            return (KestrelBed.Status(answer) is < 500 or 505).Label(answer); // 505: another version of HTTP
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), property);
        Assert.Empty(kestrel.Bed.Log);
    }
}
