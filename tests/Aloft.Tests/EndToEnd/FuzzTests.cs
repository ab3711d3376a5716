using System.Net.Sockets;
using System.Text;

namespace Aloft.Tests.EndToEnd;

/// <summary>
/// Well-formed requests, mutated from a seed: whatever comes of it, never a 5xx, never a crash, and memory stays bounded.
/// ALOFT_FUZZ_REQUESTS and ALOFT_FUZZ_SEED make it longer or repeat it.
/// </summary>
[Collection(RealProgram.Name)]
public sealed class FuzzTests(SharedProgram shared) : IClassFixture<SharedProgram>
{
    const long MemoryGrowthAllowed = 300L * 1024 * 1024;

    [Fact]
    public async Task Mutated_requests_never_cause_a_server_error()
    {
        var requests = int.Parse(Environment.GetEnvironmentVariable("ALOFT_FUZZ_REQUESTS") ?? "4000", System.Globalization.CultureInfo.InvariantCulture);
        var seed = int.Parse(Environment.GetEnvironmentVariable("ALOFT_FUZZ_SEED") ?? "20260101", System.Globalization.CultureInfo.InvariantCulture);
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Echo);
        var templates = Templates(lambda, name).Select(Encoding.Latin1.GetBytes).ToList();
        var memory = ResidentBytes();

        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = 4 };
        await Parallel.ForEachAsync(Enumerable.Range(0, requests), atOnce, async (number, stop) =>
        {
            var random = new Random(seed + number);
            var request = Mutate(templates[random.Next(templates.Count)], random);
            var answer = await Send(request, stop);
            Assert.False(
                answer.StartsWith("HTTP/1.1 5", StringComparison.Ordinal),
                $"ALOFT_FUZZ_SEED={seed + number}, ALOFT_FUZZ_REQUESTS=1:\n{Encoding.Latin1.GetString(request)}\n=>\n{answer}");
        });

        Assert.Equal("1", (await lambda.Invoke(await lambda.Create(FunctionSource.Echo), "1")).Text);
        Assert.InRange(ResidentBytes() - memory, long.MinValue, MemoryGrowthAllowed);
    }

    IEnumerable<string> Templates(LambdaWire lambda, string name)
    {
        var zip = Convert.ToBase64String(FunctionSource.Echo.Zip);
        var role = $"arn:aws:iam::{lambda.Account}:role/any";
        yield return Request("POST", "/2015-03-31/functions", $$$"""
            {"FunctionName":"{{{name}}}x","Runtime":"nodejs20.x","Handler":"index.handler","Role":"{{{role}}}","Timeout":3,
            "Code":{"ZipFile":"{{{zip}}}"},"Environment":{"Variables":{"A":"b"}},"Tags":{"t":"u"}}
            """);
        yield return Request("PUT", $"/2015-03-31/functions/{name}x/code", $$"""{"ZipFile":"{{zip}}","DryRun":true}""");
        yield return Request("PUT", $"/2015-03-31/functions/{name}x/configuration", """{"Timeout":4,"MemorySize":256,"Environment":{"Variables":{"C":"d"}}}""");
        yield return Request("GET", "/2015-03-31/functions?MaxItems=3&Marker=abc");
        yield return Request("POST", $"/2015-03-31/functions/{name}/invocations?Qualifier=$LATEST", """{"key":"value"}""", "X-Amz-Invocation-Type: RequestResponse\r\nX-Amz-Log-Type: Tail\r\nX-Amz-Client-Context: e30=\r\n");
        yield return Request("POST", $"/2015-03-31/functions/{name}/invocations", """{"key":"value"}""", "X-Amz-Invocation-Type: Event\r\n");
        yield return Request("POST", $"/2017-03-31/tags/arn:aws:lambda:us-east-1:{lambda.Account}:function:{name}", """{"Tags":{"k":"v"}}""");
        yield return Request("DELETE", $"/2017-03-31/tags/arn:aws:lambda:us-east-1:{lambda.Account}:function:{name}?tagKeys=k&tagKeys=l");
        yield return Request("PUT", $"/2017-10-31/functions/{name}x/concurrency", """{"ReservedConcurrentExecutions":1}""");
        yield return Request("POST", $"/2021-10-31/functions/{name}/url", """{"AuthType":"NONE","Cors":{"AllowOrigins":["*"]}}""");
        yield return Request("POST", "/", "Action=GetCallerIdentity&Version=2011-06-15", "Content-Type: application/x-www-form-urlencoded\r\n", "sts");
        const string json = "Content-Type: application/x-amz-json-1.1\r\n";
        const string filter = """{"logGroupName":"/aws/lambda/x","filterPattern":"\"a b\" ?c -d { $.e = 1 }","limit":5,"nextToken":"abc"}""";
        yield return Request("POST", "/", filter, $"X-Amz-Target: Logs_20140328.FilterLogEvents\r\n{json}", "logs");
        yield return Request("POST", "/", """{"logGroupNamePrefix":"/aws"}""", $"X-Amz-Target: Logs_20140328.DescribeLogGroups\r\n{json}", "logs");

        string Request(string method, string path, string body = "", string headers = "", string service = "lambda") =>
            $"{method} {path} HTTP/1.1\r\nHost: {service}.us-east-1.amazonaws.com\r\nX-Amz-Date: 20260101T000000Z\r\n"
            + $"Authorization: {lambda.Request(HttpMethod.Get, "/", service: service).Headers.GetValues("Authorization").Single()}\r\n"
            + $"{headers}Content-Length: {body.Length}\r\n\r\n{body}";
    }

    /// <summary>One to four changes: a byte, a run of bytes, a cut, a repetition, an insertion; most keep the length header true.</summary>
    static byte[] Mutate(byte[] template, Random random)
    {
        var bytes = template.ToList();
        var body = Encoding.Latin1.GetString(template).IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        var keepLength = random.Next(4) > 0 && body < bytes.Count;
        for (var change = random.Next(1, 5); change > 0 && bytes.Count > 1; change--)
        {
            var at = keepLength && random.Next(2) == 0 && body < bytes.Count ? random.Next(body, bytes.Count) : random.Next(bytes.Count);
            switch (random.Next(keepLength ? 3 : 6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes[at] = Interesting[random.Next(Interesting.Length)];
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 40)));
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(1, 200))));
                    break;
                default:
                    bytes.InsertRange(at, Enumerable.Repeat(Interesting[random.Next(Interesting.Length)], random.Next(1, 2000)));
                    break;
            }
        }
        return [.. bytes];
    }

    static readonly byte[] Interesting = [0, 127, 128, 255, .. "\t\n\r \"%&',./09:=?[\\]{}"u8];

    /// <summary>The start of the answer; nothing where the program waits for more and the sender hangs up.</summary>
    async Task<string> Send(byte[] request, CancellationToken stop)
    {
        using var socket = new TcpClient(shared.Program.Endpoint.Host, shared.Program.Endpoint.Port);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        var answer = new byte[2048];
        try
        {
            await socket.GetStream().WriteAsync(request, patience.Token);
            socket.Client.Shutdown(SocketShutdown.Send);
            var bytes = await socket.GetStream().ReadAtLeastAsync(answer, 16, throwOnEndOfStream: false, patience.Token);
            return Encoding.Latin1.GetString(answer, 0, bytes);
        }
        catch (Exception fault) when (fault is IOException or SocketException or InvalidOperationException) // the last: the server hung up already
        {
            return "";
        }
    }

    long ResidentBytes() =>
        long.Parse(
            File.ReadLines($"/proc/{shared.Program.ProcessId}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))[6..].Replace("kB", "", StringComparison.Ordinal),
            System.Globalization.CultureInfo.InvariantCulture) * 1024;
}
