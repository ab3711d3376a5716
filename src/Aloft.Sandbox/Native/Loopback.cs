using System.Net.Sockets;

namespace Aloft.Sandbox.Native;

internal static unsafe class Loopback
{
    private const nuint SetInterfaceFlags = 0x8914;
    private const int RequestBytes = 40, FlagsOffset = 16;
    private const short Up = 0x1, Running = 0x40;

    /// <summary>Switches the loopback interface of the calling thread's network namespace on.</summary>
    internal static void Raise()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        // Safe: a struct ifreq (netdevice(7)) on this stack: the interface's name, then its flags.
        var request = stackalloc byte[RequestBytes];
        new Span<byte>(request, RequestBytes).Clear();
        "lo"u8.CopyTo(new Span<byte>(request, RequestBytes));
        *(short*)(request + FlagsOffset) = Up | Running;
        Errno.Check(Libc.ioctl((int)socket.Handle, SetInterfaceFlags, request), "ioctl", "SIOCSIFFLAGS lo");
    }
}
