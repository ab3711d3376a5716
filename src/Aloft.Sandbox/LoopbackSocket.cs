using System.Net;
using System.Net.Sockets;

namespace Aloft.Sandbox;

/// <summary>
/// TCP sockets of whichever network namespace the calling thread is in. A socket stays in the one that it was made in: it may be used
/// from any thread after.
/// </summary>
internal static class LoopbackSocket
{
    private const int Backlog = 128;

    internal static Socket New() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    internal static Socket ListeningAt(int port)
    {
        var socket = New();
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
