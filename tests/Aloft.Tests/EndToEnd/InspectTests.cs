using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aloft.Tests.EndToEnd;

/// <summary><c>aloft dev --inspect</c>: a debugger in the sandbox, by the inspector's own protocol.</summary>
[Collection(RealProgram.Name)]
public sealed class InspectTests(SharedProgram shared) : IClassFixture<SharedProgram>
{
    static readonly TimeSpan LongerThanTheTimeout = TimeSpan.FromSeconds(1.5);

    [Theory]
    [InlineData("index.mjs", "export const handler = async (event) => {\n  const answer = event.n + 1;\n  return answer;\n};")]
    [InlineData("index.js", "exports.handler = async (event) => {\n  const answer = event.n + 1;\n  return answer;\n};")]
    public async Task An_invocation_waits_for_the_debugger_and_is_not_timed_out_while_it_stands_at_a_breakpoint(string file, string code)
    {
        using var lambda = shared.Program.Lambda();
        var port = FreePort();
        var name = $"i{Guid.NewGuid():N}";
        await using var dev = await DevProgram.Start(
            shared.Program.Endpoint, lambda.Account, [(file, code)], file, ["--name", name, "--timeout", "1", "--handler", "index.handler", $"--inspect={port}"]);

        var first = lambda.Invoke(name, """{"n":1}""");
        await Past(LongerThanTheTimeout);
        Assert.False(first.IsCompleted);

        using var debugger = await Debugger.Attach(port);
        await debugger.Call("Runtime.enable");
        await debugger.Call("Debugger.enable");
        await debugger.Call("Debugger.setBreakpointByUrl", new() { ["urlRegex"] = $".*/{file.Replace(".", "\\.", StringComparison.Ordinal)}$", ["lineNumber"] = 2 });
        await debugger.Call("Runtime.runIfWaitingForDebugger");
        await debugger.Event("Debugger.paused");
        await Past(LongerThanTheTimeout);
        Assert.False(first.IsCompleted);
        await debugger.Call("Debugger.resume");
        Assert.Equal("2", (await first).Text);

        // A save keeps process and debugger; the breakpoint holds for the new code, and nothing waits.
        Assert.Equal("live", DevProgram.Event(await dev.Save(file, code.Replace("+ 1", "+ 10", StringComparison.Ordinal))));
        var second = lambda.Invoke(name, """{"n":1}""");
        await debugger.Event("Debugger.paused");
        await debugger.Call("Debugger.resume");
        Assert.Equal("11", (await second).Text);
    }

    [Fact]
    public async Task A_debugger_that_was_there_first_lets_the_invocation_begin_and_without_one_the_timeout_strikes()
    {
        using var lambda = shared.Program.Lambda();
        var port = FreePort();
        var name = $"i{Guid.NewGuid():N}";
        const string code = "exports.handler = async (event) => { if (event.hang) await new Promise((done) => setTimeout(done, 10_000)); return 'done'; };";
        await using var dev = await DevProgram.Start(
            shared.Program.Endpoint, lambda.Account, [("f.js", code)], "f.js", ["--name", name, "--timeout", "1", $"--inspect={port}"]);
        using (var debugger = await Debugger.Attach(port))
        {
            await debugger.Call("Debugger.enable");
            await debugger.Call("Runtime.runIfWaitingForDebugger");
            Assert.Equal("\"done\"", (await lambda.Invoke(name)).Text);
        }
        await Eventually.True(async () => (await lambda.Invoke(name)).Text == "\"done\"", "it runs with no debugger: it has been attached once");
        Assert.Equal("Sandbox.Timedout", (await lambda.Invoke(name, """{"hang":true}""")).FunctionErrorType);
    }

    /// <summary>Waits for the time itself, as a person at a breakpoint does.</summary>
    static Task Past(TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        return Eventually.True(() => watch.Elapsed > time, "time has passed");
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>https://chromedevtools.github.io/devtools-protocol/</summary>
    sealed class Debugger : IDisposable
    {
        readonly CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        readonly ClientWebSocket socket = new();
        readonly List<JsonElement> events = [];
        int calls;

        /// <summary>As Chrome and editors do: looks at the list of targets first.</summary>
        public static async Task<Debugger> Attach(int port)
        {
            using var http = new HttpClient();
            var targets = JsonNode.Parse(await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/json/list")))!.AsArray();
            Assert.NotNull(await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/json/version")));
            var debugger = new Debugger();
            await debugger.socket.ConnectAsync(new Uri((string)targets[0]!["webSocketDebuggerUrl"]!), debugger.patience.Token);
            return debugger;
        }

        public async Task<JsonElement> Call(string method, JsonObject? parameters = null)
        {
            var id = ++calls;
            var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
            await socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, patience.Token);
            while (true)
            {
                var answer = await Receive();
                if (!answer.TryGetProperty("id", out var answered))
                    events.Add(answer);
                else if (answered.GetInt32() == id)
                    return answer.TryGetProperty("error", out var error) ? throw new InvalidOperationException(error.GetRawText()) : answer;
            }
        }

        public async Task<JsonElement> Event(string method)
        {
            while (true)
            {
                var at = events.FindIndex(one => one.GetProperty("method").GetString() == method);
                if (at >= 0)
                {
                    var found = events[at];
                    events.RemoveAt(at);
                    return found;
                }
                events.Add(await Receive());
            }
        }

        async Task<JsonElement> Receive()
        {
            using var message = new MemoryStream();
            var buffer = new byte[64 * 1024];
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
                message.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);
            return JsonSerializer.Deserialize<JsonElement>(message.ToArray());
        }

        public void Dispose()
        {
            socket.Dispose();
            patience.Dispose();
        }
    }
}
