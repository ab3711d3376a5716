using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Aloft.Platform.Front.Listening;

/// <summary>Says of a connection that it came from inside a sandbox, and what it is for.</summary>
/// <param name="Serve">Answers its requests; null for Aloft's own AWS endpoint.</param>
public sealed record SandboxOrigin(RequestDelegate? Serve)
{
    public static readonly SandboxOrigin Aws = new((RequestDelegate?)null);
}

/// <summary>
/// Listening sockets that live in sandboxes' own networks, served by this program's one HTTP server: to Kestrel they are one more
/// transport, whose connections carry their <see cref="SandboxOrigin"/> as a feature.
/// </summary>
public sealed class SandboxListeners : IConnectionListener
{
    /// <summary>The address that Kestrel binds for this transport.</summary>
    public static readonly EndPoint Address = new SandboxEndPoint();

    readonly Channel<ConnectionContext> arrived = Channel.CreateBounded<ConnectionContext>(
        new BoundedChannelOptions(1024) { AllowSynchronousContinuations = true });

    readonly SocketConnectionContextFactory connections;
    readonly TimeProvider time;

    public SandboxListeners(SocketConnectionContextFactory connections, TimeProvider time) => (this.connections, this.time) = (connections, time);

    EndPoint IConnectionListener.EndPoint => Address;

    /// <summary>Accepts from <paramref name="listener"/> until it is disposed. Connections beyond a bound are closed.</summary>
    public void Serve(Socket listener, SandboxOrigin origin) => _ = Accept(listener, origin);

    /// <summary>Around the serving of each connection: gives back its place when it is over.</summary>
    internal static ConnectionDelegate Counted(ConnectionDelegate serve) => async connection =>
    {
        try
        {
            await serve(connection);
        }
        finally
        {
            connection.Features.Get<Places>()!.Give();
        }
    };

    async Task Accept(Socket listener, SandboxOrigin origin)
    {
        var places = new Places();
        while (true)
        {
            try
            {
                var socket = await listener.AcceptAsync();
                socket.NoDelay = true;
                if (!places.TryTake())
                {
                    socket.Dispose();
                    continue;
                }
                var connection = connections.Create(socket);
                connection.Features.Set(origin);
                connection.Features.Set(places);
                await arrived.Writer.WriteAsync(connection);
            }
            catch (Exception gone) when (gone is ObjectDisposedException or ChannelClosedException
                or SocketException { SocketErrorCode: SocketError.OperationAborted or SocketError.InvalidArgument or SocketError.NotSocket })
            {
                return; // the sandbox, or the server, has ended
            }
            catch (SocketException)
            {
                // A client that was gone before it was accepted, or there are no descriptors.
                await Task.Delay(Limits.AcceptPause, time, CancellationToken.None);
            }
        }
    }

    async ValueTask<ConnectionContext?> IConnectionListener.AcceptAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await arrived.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    ValueTask IConnectionListener.UnbindAsync(CancellationToken cancellationToken)
    {
        arrived.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    ValueTask IAsyncDisposable.DisposeAsync()
    {
        arrived.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    /// <summary>How many connections one listening socket has got.</summary>
    sealed class Places
    {
        int taken;

        public bool TryTake()
        {
            if (Interlocked.Increment(ref taken) <= Limits.SandboxConnections)
                return true;
            Give();
            return false;
        }

        public void Give() => Interlocked.Decrement(ref taken);
    }

    sealed class SandboxEndPoint : EndPoint
    {
        public override string ToString() => "sandboxes";
    }
}
