using System.Net;
using System.Net.Sockets;
using System.Text;
using Aloft.Platform.Functions.Invoke;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Development;

/// <summary>
/// A port on the node's loopback that leads to where a function's runtime listens for its debugger, in the network of whichever sandbox
/// runs the function then.
/// </summary>
internal sealed class DebugPort : IDisposable
{
    readonly CancellationTokenSource ending = new();
    readonly SemaphoreSlim room = new(Limits.DebuggerConnections);
    readonly Socket listener;
    readonly Func<CancellationToken, Task<ChannelInstance?>> instance;
    readonly int sandboxPort;
    readonly TimeProvider time;

    /// <param name="instance">The function's one instance, started where there is none; null where it cannot be.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public DebugPort(int port, int sandboxPort, Func<CancellationToken, Task<ChannelInstance?>> instance, TimeProvider time)
    {
        (this.sandboxPort, this.instance, this.time) = (sandboxPort, instance, time);
        listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
            listener.Listen();
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    public void Open() => _ = Accept();

    async Task Accept()
    {
        while (!ending.IsCancellationRequested)
        {
            try
            {
                await room.WaitAsync(ending.Token);
                var client = await listener.AcceptAsync(ending.Token);
                client.NoDelay = true;
                _ = Serve(client);
            }
            catch (SocketException)
            {
                room.Release(); // a client that was gone before it was accepted
            }
            catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    async Task Serve(Socket client)
    {
        try
        {
            using (client)
                await Lead(client);
        }
        catch (Exception gone) when (gone is SocketException or IOException or OperationCanceledException or ObjectDisposedException or SandboxException)
        {
            // To the debugger, a function that cannot be reached is a connection that ends.
        }
        finally
        {
            room.Release();
        }
    }

    async Task Lead(Socket client)
    {
        var hello = await Hello(client);
        if (hello.Length == 0 || await instance(ending.Token) is not { } inspected)
            return;

        var attaches = Attaches(hello);
        if (attaches)
            await inspected.Attach(ending.Token); // before the runtime sees it: see runtimes/CHANNEL.md
        try
        {
            await using var runtime = new NetworkStream(await inspected.Sandbox.Connect(sandboxPort, ending.Token), ownsSocket: true);
            await using var debugger = new NetworkStream(client);
            await runtime.WriteAsync(hello, ending.Token);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
            await Task.WhenAny(Pump(debugger, runtime, over.Token), Pump(runtime, debugger, over.Token));
            await over.CancelAsync();
        }
        finally
        {
            if (attaches)
                inspected.Detach();
        }
    }

    /// <summary>An HTTP request's head, or whatever else a debugger begins with.</summary>
    async Task<ReadOnlyMemory<byte>> Hello(Socket client)
    {
        using var patience = new CancellationTokenSource(Limits.DebuggerHello, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ending.Token, patience.Token);
        var buffer = new byte[Limits.DebuggerHelloBytes];
        var length = 0;
        do
        {
            var count = await client.ReceiveAsync(buffer.AsMemory(length), either.Token);
            if (count == 0)
                return default;
            length += count;
        }
        while (length < buffer.Length && IsHttp(buffer.AsSpan(0, length)) && buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0);
        return buffer.AsMemory(0, length);
    }

    static bool IsHttp(ReadOnlySpan<byte> hello) => hello.StartsWith("GET "u8);

    /// <summary>A look at the list of targets, <c>/json</c>, attaches nothing.</summary>
    static bool Attaches(ReadOnlyMemory<byte> hello) =>
        !IsHttp(hello.Span) || Encoding.Latin1.GetString(hello.Span).Contains("\nupgrade: websocket", StringComparison.OrdinalIgnoreCase);

    static async Task Pump(NetworkStream from, NetworkStream to, CancellationToken stop)
    {
        try
        {
            await from.CopyToAsync(to, stop);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    public void Dispose()
    {
        ending.Cancel();
        listener.Dispose();
    }
}
