using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Aloft.Sandbox;

namespace Aloft.Tests.Functions.Invoke;

/// <summary>What a scripted runtime does with one event: answers frames through the sandbox, or leaves the event unanswered.</summary>
internal delegate Task Handler(FakeSandbox sandbox, string requestId, byte[] payload);

/// <summary>Sandboxes without isolation or processes, whose runtime is a script of the test: for the engine's own logic.</summary>
internal sealed class FakeDriver(Handler handler) : ISandboxDriver
{
    public ConcurrentQueue<FakeSandbox> Booted { get; } = new();

    public IEnumerable<FakeSandbox> Living => Booted.Where(sandbox => !sandbox.Exited.IsCompleted);

    /// <summary>Starts a further program.</summary>
    public Func<FakeSandbox, LaunchSpec, IOutputSink, CancellationToken, ValueTask<ISandboxProcess>> OnLaunch { get; set; } =
        static (_, spec, _, _) => throw new SandboxException($"{spec.Command[0]}: not in this test.");

    public Handler Handler => handler;

    /// <summary>When it is given a function's code.</summary>
    public Action<FakeSandbox> OnCode { get; set; } = static _ => { };

    /// <summary>Answers INIT; by default with INIT_OK.</summary>
    public Func<FakeSandbox, Task> OnInit { get; set; } = static sandbox => sandbox.Send(2, []);

    /// <summary>Answers RELOAD; by default with RELOADED.</summary>
    public Func<FakeSandbox, Task> OnReload { get; set; } = static sandbox => sandbox.Send(11, []);

    public Func<SandboxException?> FailFreeze { get; set; } = static () => null;

    /// <summary>Its sandboxes are not gone before.</summary>
    public Func<Task> OnDispose { get; set; } = static () => Task.CompletedTask;

    public Func<Exception?> FailBoot { get; set; } = static () => null;

    public Isolation Isolation => Isolation.Container;

    public string Description => "fake";

    public bool CanShowCodeLate => true;

    public async ValueTask<ISandbox> Boot(SandboxSpec spec, IOutputSink output, CancellationToken stop)
    {
        if (FailBoot() is { } failure)
            throw failure;
        var sandbox = await FakeSandbox.Boot(spec, output, this);
        Booted.Enqueue(sandbox);
        return sandbox;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

internal sealed class FakeSandbox : ISandbox
{
    readonly TaskCompletionSource<SandboxExit> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Socket host;
    readonly Socket guest;
    readonly SemaphoreSlim sending = new(1);
    readonly Queue<byte[]> pending = new(); // INVOKE frames that have not begun
    Task working = Task.CompletedTask;

    readonly FakeDriver driver;
    readonly ConcurrentDictionary<int, int> ports = new();

    FakeSandbox(SandboxSpec spec, IOutputSink output, Socket host, Socket guest, FakeDriver driver) =>
        (Id, Spec, Output, this.host, this.guest, this.driver) = (spec.Id, spec, output, host, guest, driver);

    public string Id { get; }

    public SandboxSpec Spec { get; }

    public IOutputSink Output { get; }

    public CodeFolders? Code { get; private set; }

    /// <summary>What it was given in its INIT frame.</summary>
    public System.Text.Json.JsonDocument? Init { get; private set; }

    public SandboxLimits? Limits { get; private set; }

    public bool Frozen { get; private set; }

    public bool Disposed { get; private set; }

    /// <summary>What it has been sent: <c>init</c>, <c>invoke</c>, <c>reload ["index.js"]</c>, <c>debugger 1</c>, <c>recall</c>.</summary>
    public ConcurrentQueue<string> Frames { get; } = new();

    /// <summary>Its event loop is blocked: it does not hear what it is asked.</summary>
    public bool Deaf { get; set; }

    /// <summary>Events that it has been sent and has not begun.</summary>
    public int Pending
    {
        get
        {
            lock (pending)
                return pending.Count;
        }
    }

    public SandboxUsage Figures { get; set; }

    public bool Runnable { get; set; }

    public bool IsRunnable() => Runnable;

    public Task<SandboxExit> Exited => exited.Task;

    public static async Task<FakeSandbox> Boot(SandboxSpec spec, IOutputSink output, FakeDriver driver)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var guest = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await guest.ConnectAsync(listener.LocalEndPoint!);
        var sandbox = new FakeSandbox(spec, output, await listener.AcceptAsync(), guest, driver);
        await sandbox.Send(1, "{}"u8.ToArray());
        _ = sandbox.Run(driver.Handler, one => driver.OnInit(one), one => driver.OnReload(one)); // as they are by then
        return sandbox;
    }

    public async Task Send(byte type, byte[] payload)
    {
        var frame = new byte[5 + payload.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, payload.Length + 1);
        frame[4] = type;
        payload.CopyTo(frame, 5);
        await sending.WaitAsync();
        try
        {
            await guest.SendAsync(frame);
        }
        finally
        {
            sending.Release();
        }
    }

    public Task Respond(string json) => Send(4, Encoding.UTF8.GetBytes(json));

    public Task Error(string json) => Send(5, Encoding.UTF8.GetBytes(json));

    public Task Fatal(string json) => Send(7, Encoding.UTF8.GetBytes(json));

    public Task LogLine(DateTimeOffset when, string text)
    {
        var payload = new byte[8 + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteInt64LittleEndian(payload, when.ToUnixTimeMilliseconds());
        Encoding.UTF8.GetBytes(text, payload.AsSpan(8));
        return Send(6, payload);
    }

    /// <summary>The runtime's process ends.</summary>
    public void Exit(SandboxExit exit)
    {
        exited.TrySetResult(exit);
        guest.Dispose();
    }

    /// <summary>The runtime closes its channel and runs on.</summary>
    public void HangUp() => guest.Shutdown(SocketShutdown.Send);

    /// <summary>As <see cref="HangUp"/>, and what it is sent cannot be delivered either.</summary>
    public void Reset()
    {
        guest.LingerState = new(enable: true, seconds: 0);
        guest.Dispose();
    }

    async Task Run(Handler handler, Func<FakeSandbox, Task> onInit, Func<FakeSandbox, Task> onReload)
    {
        try
        {
            while (await ReadFrame() is var (type, payload) && payload is not null)
            {
                Frames.Enqueue(type switch
                {
                    1 => "init", 2 => "invoke", 5 => $"reload {Encoding.UTF8.GetString(payload)}", 6 => $"debugger {payload[0]}", _ => "recall",
                });
                if (type == 1)
                {
                    Init = System.Text.Json.JsonDocument.Parse(payload);
                    await onInit(this);
                }
                else if (type == 2)
                    Take(payload, handler);
                else if (type == 5)
                    await onReload(this);
                else if (type == 6)
                    await Send(12, [0, 0, 0, 0]);
                else if (!Deaf)
                    await GiveBack();
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
        }
    }

    void Take(byte[] invoke, Handler handler)
    {
        lock (pending)
        {
            pending.Enqueue(invoke);
            if (pending.Count == 1 && working.IsCompleted)
                working = Work(handler);
        }
    }

    async Task Work(Handler handler)
    {
        await Task.Yield();
        while (true)
        {
            byte[]? invoke;
            lock (pending)
                if (!pending.TryDequeue(out invoke))
                {
                    working = Task.CompletedTask;
                    return;
                }
            await handler(this, Encoding.ASCII.GetString(invoke, 0, 36), Event(invoke));
        }
    }

    Task GiveBack()
    {
        int count;
        lock (pending)
        {
            count = pending.Count;
            pending.Clear();
        }
        return Send(8, BitConverter.GetBytes(count));
    }

    /// <summary>Behind the request id and the deadline: two short texts, two long ones, then the event.</summary>
    static byte[] Event(byte[] payload)
    {
        var at = 36 + 8;
        at += 2 + BinaryPrimitives.ReadUInt16LittleEndian(payload.AsSpan(at));
        at += 2 + BinaryPrimitives.ReadUInt16LittleEndian(payload.AsSpan(at));
        at += 4 + BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(at));
        at += 4 + BinaryPrimitives.ReadInt32LittleEndian(payload.AsSpan(at));
        return payload[at..];
    }

    async Task<(byte Type, byte[]? Payload)> ReadFrame()
    {
        var header = new byte[5];
        if (!await ReadExactly(header))
            return default;
        var payload = new byte[BinaryPrimitives.ReadInt32LittleEndian(header) - 1];
        return await ReadExactly(payload) ? (header[4], payload) : default;
    }

    async Task<bool> ReadExactly(byte[] into)
    {
        for (var have = 0; have < into.Length;)
        {
            var count = await guest.ReceiveAsync(into.AsMemory(have));
            if (count == 0)
                return false;
            have += count;
        }
        return true;
    }

    public ValueTask<Socket> Channel(CancellationToken stop) => ValueTask.FromResult(host);

    public void ShowCode(CodeFolders code)
    {
        Code = code;
        driver.OnCode(this);
    }

    public void SetLimits(SandboxLimits limits) => Limits = limits;

    public Socket Listen(int port)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(8);
        ports[port] = ((IPEndPoint)listener.LocalEndPoint!).Port;
        return listener;
    }

    /// <summary>Where the test finds what listens for the sandbox at <paramref name="port"/>.</summary>
    public int PortOf(int port) => ports[port];

    public async ValueTask<Socket> Connect(int port, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), stop);
        return socket;
    }

    public ValueTask<ISandboxProcess> Launch(LaunchSpec spec, IOutputSink output, CancellationToken stop) => driver.OnLaunch(this, spec, output, stop);

    /// <summary>A further program that is a runtime as this one is; its end is its own.</summary>
    public Task<FakeSandbox> Further(IOutputSink output) => Boot(Spec, output, driver);

    public void Terminate() => Exit(new(null, 15, false));

    public string PathOf(string contractPath) => contractPath;

    public void Freeze() => Frozen = driver.FailFreeze() is { } failure ? throw failure : true;

    public void Thaw() => Frozen = false;

    public SandboxUsage Usage() => Figures;

    public void ResetPeak()
    {
    }

    public void DrainOutput()
    {
    }

    public void Kill()
    {
        exited.TrySetResult(new(null, 9, false));
        guest.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await driver.OnDispose();
        host.Dispose();
        Disposed = true;
    }
}
