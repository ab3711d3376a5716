using System.Net;
using System.Net.Sockets;

namespace Aloft.Sandbox;

/// <summary>The host's end of a sandbox's channel: connected from the start, or the first connection to a port inside.</summary>
internal sealed class HostChannel(Socket? connected, Socket? listener) : IDisposable
{
    private Socket? socket = connected;

    internal static HostChannel Connected(Socket socket) => new(socket, null);

    internal static HostChannel Awaiting(Socket listener) => new(null, listener);

    /// <summary>Where the sandbox is to connect to, when the channel is not inherited.</summary>
    internal int Port => ((IPEndPoint)listener!.LocalEndPoint!).Port;

    internal async ValueTask<Socket> Connect(CancellationToken stop)
    {
        if (socket is not null) return socket;
        socket = await listener!.AcceptAsync(stop);
        socket.NoDelay = true;
        listener.Dispose();
        return socket;
    }

    public void Dispose()
    {
        listener?.Dispose();
        socket?.Dispose();
    }
}
