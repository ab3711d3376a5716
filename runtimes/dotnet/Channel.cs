using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Aloft.Runtime;

enum FromAloft : byte { Init = 1, Invoke = 2 }

enum ToAloft : byte { Ready = 1, InitOk = 2, InitError = 3, Response = 4, Error = 5, Log = 6, Fatal = 7, Leaving = 13 }

/// <summary>Frames over the stream socket to Aloft: ../CHANNEL.md. Reads from one thread; writes, which wait for Aloft, from any.</summary>
sealed partial class Channel(Socket socket)
{
    public const int LargestFrame = 64 * 1024 * 1024;
    public const int HeaderBytes = 5;

    readonly Lock writing = new();
    byte[] buffer = new byte[64 * 1024];
    int start;
    int end;

    /// <summary>Connects as the environment says, and takes what it says out of it.</summary>
    public static Channel Connect()
    {
        var descriptor = Take("ALOFT_CHANNEL_FD");
        var port = Take("ALOFT_CHANNEL_PORT");
        if (descriptor is not null)
        {
            var number = int.Parse(descriptor, CultureInfo.InvariantCulture);
            _ = Fcntl(number, SetDescriptorFlags, CloseOnExec);
            return new(new Socket(new SafeSocketHandle(number, ownsHandle: true)));
        }

        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, int.Parse(port ?? throw new InvalidOperationException(
            "The runtime needs a channel: ALOFT_CHANNEL_FD or ALOFT_CHANNEL_PORT."), CultureInfo.InvariantCulture));
        return new(socket);
    }

    static string? Take(string name)
    {
        var value = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, null);
        return value;
    }

    const int SetDescriptorFlags = 2, CloseOnExec = 1;

    /// <summary>Numbers go in and out, no memory: a wrong descriptor is an error code. The channel is not for the function's children.</summary>
    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Fcntl(int descriptor, int command, int argument);

    /// <summary>The next frame's payload, valid until the next call; null at the end of the stream.</summary>
    public ReadOnlyMemory<byte>? Receive(FromAloft expected)
    {
        if (!Need(HeaderBytes))
            return null;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(start));
        if (length is < 1 or > LargestFrame)
            throw new InvalidDataException($"A frame of {length} bytes came over the channel.");
        var kind = (FromAloft)buffer[start + 4];
        if (kind != expected)
            throw new InvalidDataException($"A frame of type {kind} came over the channel, not of {expected}.");
        if (!Need(4 + (int)length))
            return null;
        var payload = buffer.AsMemory(start + HeaderBytes, (int)length - 1);
        start += 4 + (int)length;
        return payload;
    }

    /// <summary>So many bytes from <see cref="start"/> on; false when the stream ends before.</summary>
    bool Need(int size)
    {
        var waiting = end - start;
        if (start + size > buffer.Length || waiting == 0)
        {
            var target = size > buffer.Length || waiting == 0 && buffer.Length > KeptBytes ? new byte[Math.Max(size, 64 * 1024)] : buffer;
            buffer.AsSpan(start, waiting).CopyTo(target);
            (buffer, start, end) = (target, 0, waiting);
        }
        while (end - start < size)
        {
            var count = Read(buffer.AsSpan(end));
            if (count == 0)
                return false;
            end += count;
        }
        return true;
    }

    /// <summary>A buffer that a large event made is let go after it.</summary>
    const int KeptBytes = 1024 * 1024;

    int Read(Span<byte> into)
    {
        try
        {
            return socket.Receive(into);
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }

    /// <summary>The process exits. Whether anybody is left to hear it does not matter any more.</summary>
    public void Leave(int status, bool isBusy)
    {
        var frame = new byte[HeaderBytes + sizeof(int) + 1];
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - 4);
        frame[4] = (byte)ToAloft.Leaving;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(HeaderBytes), status & 255);
        frame[^1] = (byte)(isBusy ? 1 : 0);
        try
        {
            lock (writing)
                socket.Send(frame);
        }
        catch (SocketException)
        {
            // It has gone before.
        }
    }

    public void Send(ToAloft kind, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeaderBytes + payload.Length];
        payload.CopyTo(frame.AsSpan(HeaderBytes));
        SendFrame(kind, frame);
    }

    /// <param name="frame">The payload, with room for the header before it.</param>
    public void SendFrame(ToAloft kind, Span<byte> frame)
    {
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - 4);
        frame[4] = (byte)kind;
        lock (writing)
            try
            {
                for (var rest = (ReadOnlySpan<byte>)frame; rest.Length > 0;)
                    rest = rest[socket.Send(rest)..];
            }
            catch (SocketException fault) when (fault.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
            {
                Environment.Exit(0); // Aloft has gone: there is nobody left to work for
            }
    }

    public void Log(long milliseconds, ReadOnlySpan<byte> text)
    {
        var frame = new byte[HeaderBytes + sizeof(long) + text.Length];
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(HeaderBytes), milliseconds);
        text.CopyTo(frame.AsSpan(HeaderBytes + sizeof(long)));
        SendFrame(ToAloft.Log, frame);
    }
}
