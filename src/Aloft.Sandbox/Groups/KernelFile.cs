using System.Buffers.Text;
using System.Text;
using Aloft.Sandbox.Native;
using Microsoft.Win32.SafeHandles;

namespace Aloft.Sandbox.Groups;

/// <summary>A small kernel file (cgroup, proc) that is kept open: reading it again costs one system call and no allocation.</summary>
internal sealed class KernelFile(string path, FileAccess access = FileAccess.Read) : IDisposable
{
    private readonly SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete);

    internal long ReadNumber()
    {
        Span<byte> buffer = stackalloc byte[32];
        var count = RandomAccess.Read(handle, buffer, 0);
        return Utf8Parser.TryParse(buffer[..count], out long value, out _) ? value : throw new InvalidDataException($"{path} holds no number.");
    }

    /// <summary>The number after <paramref name="key"/> in a file of "key number" lines.</summary>
    internal long ReadNumber(ReadOnlySpan<byte> key)
    {
        Span<byte> buffer = stackalloc byte[2048];
        ReadOnlySpan<byte> rest = buffer[..RandomAccess.Read(handle, buffer, 0)];
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (line.StartsWith(key) && line.Length > key.Length && line[key.Length] == ' '
                && Utf8Parser.TryParse(line[(key.Length + 1)..], out long value, out _))
            {
                return value;
            }
        }
        throw new InvalidDataException($"{path} has no {Encoding.UTF8.GetString(key)}.");
    }

    internal bool Contains(ReadOnlySpan<byte> text)
    {
        Span<byte> buffer = stackalloc byte[2048];
        return buffer[..RandomAccess.Read(handle, buffer, 0)].IndexOf(text) >= 0;
    }

    /// <summary>Waits until the condition holds, looking again whenever the kernel signals a change of the file.</summary>
    internal unsafe bool WaitForChange(Predicate<KernelFile> condition, TimeSpan atMost)
    {
        const short changed = 2; // POLLPRI
        var start = TimeProvider.System.GetTimestamp();
        while (!condition(this))
        {
            var left = atMost - TimeProvider.System.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) return false;
            // Safe: one structure, on this stack; the condition's reading has armed the signal.
            var poll = new Libc.PollFd { Fd = Descriptors.Number(handle), Events = changed };
            if (Libc.poll(&poll, 1, (int)left.TotalMilliseconds + 1) < 0 && Errno.Last != Errno.Interrupted)
                throw Errno.Failure(Errno.Last, nameof(Libc.poll), path);
        }
        return true;
    }

    internal void Write(ReadOnlySpan<byte> text) => RandomAccess.Write(handle, text, 0);

    /// <summary>Writes to a kernel file: never creating it, and without truncation, which some of them refuse.</summary>
    internal static void Write(string path, string text)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.Write(handle, Encoding.ASCII.GetBytes(text), 0);
    }

    internal static void WriteIfPresent(string path, string text)
    {
        if (File.Exists(path)) Write(path, text);
    }

    public void Dispose() => handle.Dispose();
}
