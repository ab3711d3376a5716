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

    public SandboxListeners(SocketConnectionContextFactory connections) => this.connections = connections;

    EndPoint IConnectionListener.EndPoint => Address;

    /// <summary>Accepts from <paramref name="listener"/> until it is disposed.</summary>
    public void Serve(Socket listener, SandboxOrigin origin) => _ = Accept(listener, origin);

    async Task Accept(Socket listener, SandboxOrigin origin)
    {
        while (true)
        {
            try
            {
                var socket = await listener.AcceptAsync();
                socket.NoDelay = true;
                var connection = connections.Create(socket);
                connection.Features.Set(origin);
                await arrived.Writer.WriteAsync(connection);
            }
            catch (Exception gone) when (gone is ObjectDisposedException or ChannelClosedException
                or SocketException { SocketErrorCode: SocketError.OperationAborted or SocketError.InvalidArgument or SocketError.NotSocket })
            {
                return; // the sandbox, or the server, has ended
            }
            catch (SocketException)
            {
                // A client that was gone before it was accepted.
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

    sealed class SandboxEndPoint : EndPoint
    {
        public override string ToString() => "sandboxes";
    }
}
