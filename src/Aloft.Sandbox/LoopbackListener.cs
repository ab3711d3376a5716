using System.Net;
using System.Net.Sockets;

namespace Aloft.Sandbox;

/// <summary>A listening socket on the loopback of whichever network namespace the calling thread is in.</summary>
internal static class LoopbackListener
{
    private const int Backlog = 128;

    internal static Socket At(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
