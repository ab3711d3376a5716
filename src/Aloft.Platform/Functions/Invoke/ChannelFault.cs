namespace Aloft.Platform.Functions.Invoke;

internal static class ChannelFault
{
    /// <summary>What sending and receiving fail with when the other end has gone, or has sent what is no frame.</summary>
    public static bool Is(Exception fault) => fault is System.Net.Sockets.SocketException or ObjectDisposedException or IOException or InvalidDataException;
}
