using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Aloft.Sandbox;

namespace Aloft.Tests.Sandbox;

/// <summary>A sandbox with a Python program in it that runs what the test asks it to and tells what came of it.</summary>
internal sealed class TestSandbox : IAsyncDisposable
{
    /// <summary>
    /// One request is a JSON string on a line: an expression, or statements that leave <c>result</c>. The answer is a JSON line: the
    /// value as text, or what was raised.
    /// </summary>
    internal const string Agent = """
        import ctypes, errno, json, mmap, os, signal, socket, subprocess, sys, threading, time
        fd = os.environ.get('ALOFT_CHANNEL_FD')
        channel = socket.socket(fileno=int(fd)) if fd else socket.create_connection(('127.0.0.1', int(os.environ['ALOFT_CHANNEL_PORT'])))
        libc = ctypes.CDLL(None, use_errno=True)
        def call(result):
            if result < 0:
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
            return result
        scope = dict(globals())
        pending = b''
        while True:
            while b'\n' not in pending:
                more = channel.recv(65536)
                if not more:
                    sys.exit(0)
                pending += more
            line, pending = pending.split(b'\n', 1)
            code = json.loads(line)
            try:
                try:
                    answer = {'value': str(eval(code, scope))}
                except SyntaxError:
                    scope['result'] = None
                    exec(code, scope)
                    answer = {'value': str(scope['result'])}
            except Exception as problem:
                answer = {'raised': f'{type(problem).__name__}: {problem}'}
            sys.stdout.flush()
            channel.sendall(json.dumps(answer).encode() + b'\n')
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Collected output = new();
    private readonly StringBuilder received = new();
    private Socket channel = null!;

    internal ISandbox Sandbox { get; private init; } = null!;

    internal string Output => output.ToString();

    internal static async Task<TestSandbox> Boot(
        ISandboxDriver driver, string id, string runtimeFolder, SandboxLimits limits, CodeFolders? code = null, string[]? command = null)
    {
        var environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["GIVEN"] = "yes" };
        var spec = new SandboxSpec(id, command ?? ["/usr/bin/python3", "/var/runtime/agent.py"], environment, runtimeFolder, limits) { Code = code };
        var collected = new Collected();
        var sandbox = await driver.Boot(spec, collected, CancellationToken.None);
        return new TestSandbox(collected) { Sandbox = sandbox };
    }

    private TestSandbox(Collected output) => this.output = output;

    /// <summary>The value of an expression, or what the statements left in <c>result</c>.</summary>
    /// <exception cref="InvalidOperationException">It raised; the message is Python's.</exception>
    internal async Task<string> Run(string python)
    {
        var (value, raised) = await Try(python);
        return raised is null ? value! : throw new InvalidOperationException($"{raised} {Output}");
    }

    internal async Task<(string? Value, string? Raised)> Try(string python)
    {
        await Send(python);
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[64 * 1024];
        while (!received.ToString().Contains('\n'))
        {
            var count = await channel.ReceiveAsync(buffer, patience.Token);
            if (count == 0) throw new EndOfStreamException($"The sandbox ended its channel. {Output}");
            received.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
        var text = received.ToString();
        var end = text.IndexOf('\n');
        received.Remove(0, end + 1);
        using var answer = JsonDocument.Parse(text[..end]);
        return answer.RootElement.TryGetProperty("value", out var value)
            ? (value.GetString(), null)
            : (null, answer.RootElement.GetProperty("raised").GetString());
    }

    internal async Task Send(string python)
    {
        using var patience = new CancellationTokenSource(Patience);
        channel ??= await Sandbox.Channel(patience.Token);
        await channel.SendAsync(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(python) + "\n"), patience.Token);
    }

    /// <summary>A second such program in the same sandbox.</summary>
    internal async Task<(TestSandbox Program, ISandboxProcess Process)> Launch(string? folder = null)
    {
        var collected = new Collected();
        var environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["GIVEN"] = "further" };
        var spec = new LaunchSpec(["/usr/bin/python3", "/var/runtime/agent.py"], environment, WithChannel: true) { Folder = folder };
        var process = await Sandbox.Launch(spec, collected, CancellationToken.None);
        using var patience = new CancellationTokenSource(Patience);
        return (new TestSandbox(collected) { Sandbox = Sandbox, channel = await process.Channel(patience.Token) }, process);
    }

    internal Task<SandboxExit> Exited() => Sandbox.Exited.WaitAsync(Patience);

    public ValueTask DisposeAsync() => Sandbox.DisposeAsync();

    private sealed class Collected : IOutputSink
    {
        private readonly StringBuilder text = new();
        private readonly Decoder decoder = Encoding.UTF8.GetDecoder(); // a character may come in two writes

        public void Write(ReadOnlySpan<byte> bytes)
        {
            lock (text)
            {
                var characters = new char[decoder.GetCharCount(bytes, flush: false)];
                text.Append(characters, 0, decoder.GetChars(bytes, characters, flush: false));
            }
        }

        public override string ToString()
        {
            lock (text) return text.ToString();
        }
    }
}
