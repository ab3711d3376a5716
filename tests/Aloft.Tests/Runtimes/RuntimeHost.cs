using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Runtimes;

internal enum Sent : byte { Init = 1, Invoke = 2, Recall = 3, Reload = 5, Debugger = 6 }

internal enum Received : byte
{
    Ready = 1, InitOk = 2, InitError = 3, Response = 4, Error = 5, Log = 6, Fatal = 7, GivenBack = 8, Reloaded = 11, Debugging = 12, Leaving = 13,
}

internal sealed record Frame(Received Kind, byte[] Payload)
{
    public string Text => Encoding.UTF8.GetString(Payload);

    public JsonNode Json => JsonNode.Parse(Payload)!;
}

/// <summary>What an invocation came to: its answer, and the log events before it.</summary>
internal sealed record Answer(Received Kind, string Text, IReadOnlyList<string> Logs)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    /// <summary>The answer of an invocation that must have gone well.</summary>
    public string Response => Kind == Received.Response ? Text : throw new InvalidOperationException($"{Kind}: {Text}");

    /// <summary>The answer of an invocation that must have failed.</summary>
    public JsonNode Error => Kind is Received.Error or Received.Fatal ? Json : throw new InvalidOperationException($"{Kind}: {Text}");
}

/// <summary>A real runtime, booted as a plain process, and the host's end of its channel.</summary>
internal sealed class RuntimeHost : IAsyncDisposable
{
    public const string RequestId = "8f5c7f60-1c1c-4d5e-9d0b-2f1e0a9b7c55";
    public const string FunctionArn = "arn:aws:lambda:us-east-1:000000000000:function:tested";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly CancellationTokenSource patience = new(Patience);
    readonly StringBuilder output = new();

    RuntimeHost(Process process, NetworkStream stream, DirectoryInfo folder)
    {
        Process = process;
        Stream = stream;
        Folder = folder;
        process.OutputDataReceived += (_, line) => Collect(line.Data);
        process.ErrorDataReceived += (_, line) => Collect(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Process Process { get; }

    public NetworkStream Stream { get; }

    /// <summary>The function's folder.</summary>
    public DirectoryInfo Folder { get; }

    /// <summary>Changes the INIT frame before it is sent.</summary>
    public Action<JsonObject> Adjust { get; set; } = _ => { };

    /// <summary>What came from the process's own standard output and error: all of it, once the process has exited.</summary>
    public string Output
    {
        get { lock (output) return output.ToString(); }
    }

    /// <summary>Boots and waits for READY. <paramref name="files"/> are the function's: relative path and text.</summary>
    public static async Task<RuntimeHost> Boot(
        Language language, (string Path, string Text)[] files, (string Name, string Value)[]? environment = null, bool inherited = false)
    {
        var folder = Directory.CreateTempSubdirectory("aloft-runtime-");
        foreach (var (path, text) in files)
        {
            var file = Path.Combine(folder.FullName, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text);
        }

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var process = Start(language, port, environment ?? [], inherited);
        using var patience = new CancellationTokenSource(Patience);
        var host = new RuntimeHost(process, new NetworkStream(await listener.AcceptSocketAsync(patience.Token), ownsSocket: true), folder);
        host.Ready = await host.Next();
        Assert.Equal(Received.Ready, host.Ready.Kind);
        return host;
    }

    public Frame Ready { get; private set; } = null!;

    /// <summary>Boots and loads a function of one file, which must succeed.</summary>
    public static async Task<RuntimeHost> Load(Language language, string code, string? handler = null)
    {
        var host = await Boot(language, [(FileOf(language), code)]);
        await host.Load(handler ?? "index.handler");
        return host;
    }

    public static string FileOf(Language language) => language == Language.Node ? "index.js" : "index.py";

    public async Task<IReadOnlyList<string>> Load(string handler)
    {
        await Init(handler);
        var (end, logs) = await Until();
        Assert.True(end.Kind == Received.InitOk, end.Text);
        return logs;
    }

    /// <summary>Sends an INIT that must fail, and gives its error.</summary>
    public async Task<(JsonNode Error, IReadOnlyList<string> Logs)> LoadFailure(string handler)
    {
        await Init(handler);
        var (end, logs) = await Until();
        Assert.Equal(Received.InitError, end.Kind);
        return (end.Json, logs);
    }

    public Task Init(string handler) => Send(InitFrame(handler));

    public byte[] InitFrame(string handler)
    {
        var init = new JsonObject
        {
            ["handler"] = handler,
            ["taskRoot"] = Folder.FullName,
            ["environment"] = new JsonObject { ["PATH"] = "/usr/bin:/bin", ["_HANDLER"] = handler },
            ["functionName"] = "tested",
            ["functionVersion"] = "$LATEST",
            ["memoryMegabytes"] = 128,
            ["timeoutMilliseconds"] = 3000,
            ["logGroup"] = "/aws/lambda/tested",
            ["logStream"] = "2024/01/01/[$LATEST]0",
        };
        Adjust(init);
        return FrameOf(Sent.Init, JsonSerializer.SerializeToUtf8Bytes(init));
    }

    public static byte[] InvokeFrame(
        string json, string requestId = RequestId, DateTimeOffset? deadline = null, string traceId = "", string clientContext = "", string identity = "")
    {
        using var payload = new MemoryStream();
        payload.Write(Encoding.ASCII.GetBytes(requestId));
        payload.Write(BitConverter.GetBytes((deadline ?? DateTimeOffset.UtcNow.AddSeconds(3)).ToUnixTimeMilliseconds()));
        Text(FunctionArn, BitConverter.GetBytes((ushort)FunctionArn.Length));
        Text(traceId, BitConverter.GetBytes((ushort)traceId.Length));
        Text(clientContext, BitConverter.GetBytes(clientContext.Length));
        Text(identity, BitConverter.GetBytes(identity.Length));
        payload.Write(Encoding.UTF8.GetBytes(json));
        return FrameOf(Sent.Invoke, payload.ToArray());

        void Text(string text, byte[] length)
        {
            payload.Write(length);
            payload.Write(Encoding.ASCII.GetBytes(text));
        }
    }

    public static byte[] FrameOf(Sent kind, byte[] payload)
    {
        var frame = new byte[5 + payload.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, 1 + payload.Length);
        frame[4] = (byte)kind;
        payload.CopyTo(frame, 5);
        return frame;
    }

    public async Task Send(params byte[][] frames) => await Stream.WriteAsync(frames.SelectMany(frame => frame).ToArray(), patience.Token);

    public async Task<Answer> Invoke(string json = "{}")
    {
        await Send(InvokeFrame(json));
        return await NextAnswer();
    }

    public async Task<Answer> NextAnswer()
    {
        var (end, logs) = await Until();
        return new(end.Kind, end.Text, logs);
    }

    /// <summary>The next frame that is not a LOG, and the LOG events before it.</summary>
    async Task<(Frame End, IReadOnlyList<string> Logs)> Until()
    {
        var logs = new List<string>();
        for (; ; )
        {
            var frame = await Next();
            if (frame.Kind != Received.Log)
                return (frame, logs);
            logs.Add(LogText(frame));
        }
    }

    public static string LogText(Frame log) => Encoding.UTF8.GetString(log.Payload.AsSpan(8));

    public async Task<Frame> Next()
    {
        var header = new byte[5];
        await Stream.ReadExactlyAsync(header, patience.Token);
        var payload = new byte[BinaryPrimitives.ReadInt32LittleEndian(header) - 1];
        await Stream.ReadExactlyAsync(payload, patience.Token);
        return new((Received)header[4], payload);
    }

    /// <summary>The exit status that the runtime told, and whether it had begun something; null where it said nothing of leaving.</summary>
    public (int Status, bool Busy)? Left { get; private set; }

    /// <summary>All frames until the runtime closes the channel, but for the one that says that it leaves.</summary>
    public async Task<IReadOnlyList<Frame>> Rest()
    {
        var frames = new List<Frame>();
        try
        {
            for (; ; )
            {
                var frame = await Next();
                if (frame.Kind == Received.Leaving)
                    Left = (BinaryPrimitives.ReadInt32LittleEndian(frame.Payload), frame.Payload[4] == 1);
                else
                    frames.Add(frame);
            }
        }
        catch (EndOfStreamException)
        {
            return frames;
        }
    }

    public async Task<int> ExitCode()
    {
        await Process.WaitForExitAsync(patience.Token);
        return Process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        if (!Process.HasExited)
            Process.Kill(entireProcessTree: true);
        await Process.WaitForExitAsync();
        Process.Dispose();
        patience.Dispose();
        Folder.Delete(recursive: true);
    }

    /// <summary>By the loopback port, or with the socket as an inherited descriptor: the shell between opens it.</summary>
    static Process Start(Language language, int port, (string Name, string Value)[] environment, bool inherited)
    {
        var command = Interpreters.CommandOf(language);
        if (inherited)
            command = ["/bin/bash", "-c", $"exec 3<>/dev/tcp/127.0.0.1/{port}; ALOFT_CHANNEL_FD=3 exec \"$@\"", "bash", .. command];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        if (!inherited)
            start.Environment["ALOFT_CHANNEL_PORT"] = port.ToString(null, null);
        return Process.Start(start)!;
    }

    void Collect(string? line)
    {
        if (line is null)
            return;
        lock (output)
            output.AppendLine(line);
    }
}
