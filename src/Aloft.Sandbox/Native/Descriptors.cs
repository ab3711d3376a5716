using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Aloft.Sandbox.Native;

/// <summary>
/// Pipes and socket pairs. Every descriptor is close-on-exec: a child gets only those that <see cref="Spawn"/> names for it, so no
/// sandbox ever holds another's channel.
/// </summary>
internal static unsafe class Descriptors
{
    private const int CloseOnExec = 0x80000, NonBlocking = 0x800;
    private const int UnixDomain = 1, StreamType = 1;
    private const int SetStatusFlags = 4, StatusFlagsOf = 3;
    private const nuint BytesReady = 0x541B;

    internal static SafeFileHandle Own(int fd) => new(fd, ownsHandle: true);

    /// <summary>The host's end as a socket, the sandbox's end as a blocking descriptor.</summary>
    internal static (Socket Host, SafeFileHandle Inner) SocketPair()
    {
        int* fds = stackalloc int[2];
        Errno.Check(Libc.socketpair(UnixDomain, StreamType | CloseOnExec, 0, fds), nameof(Libc.socketpair));
        return (new Socket(new SafeSocketHandle(fds[0], ownsHandle: true)), Own(fds[1]));
    }

    /// <summary>A pipe whose reading end does not block.</summary>
    internal static (SafeFileHandle Read, SafeFileHandle Write) Pipe()
    {
        int* fds = stackalloc int[2];
        Errno.Check(Libc.pipe2(fds, CloseOnExec), nameof(Libc.pipe2));
        var (read, write) = (Own(fds[0]), Own(fds[1]));
        var flags = Errno.Check(Libc.fcntl(fds[0], StatusFlagsOf, 0), nameof(Libc.fcntl));
        Errno.Check(Libc.fcntl(fds[0], SetStatusFlags, flags | NonBlocking), nameof(Libc.fcntl));
        return (read, write);
    }

    /// <summary>Who may open the pipe anew, as a shell does for /dev/stderr.</summary>
    internal static void GiveTo(SafeFileHandle handle, uint user, uint group) =>
        Errno.Check(Libc.fchown(Number(handle), user, group), nameof(Libc.fchown));

    /// <summary>How many bytes wait in a pipe.</summary>
    internal static int Ready(SafeFileHandle handle)
    {
        int count = 0;
        // Safe: FIONREAD writes one int.
        Errno.Check(Libc.ioctl(Number(handle), BytesReady, &count), "ioctl", "FIONREAD");
        return count;
    }

    /// <summary>The bytes read; 0 at the end of the stream, -1 when there is nothing to read now.</summary>
    internal static int Read(SafeFileHandle handle, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var count = Libc.read(Number(handle), start, (nuint)buffer.Length);
                if (count >= 0) return (int)count;
                if (Errno.Last == Errno.Again) return -1;
                if (Errno.Last != Errno.Interrupted) throw Errno.Failure(Errno.Last, nameof(Libc.read));
            }
        }
    }

    /// <summary>The number behind a handle; its caller keeps the handle alive for as long as it uses the number.</summary>
    internal static int Number(SafeFileHandle handle) => (int)handle.DangerousGetHandle();
}
