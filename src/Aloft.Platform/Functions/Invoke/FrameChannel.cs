using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>Frame types from a built-in runtime. The protocol: runtimes/CHANNEL.md.</summary>
internal enum FrameType : byte
{
    Ready = 1, InitOk = 2, InitError = 3, Response = 4, Error = 5, Log = 6, Fatal = 7, GivenBack = 8, StreamBegin = 9, StreamPiece = 10,
    Reloaded = 11, Debugging = 12, Leaving = 13,
}

/// <summary>
/// The host's end of the channel to a built-in runtime. One sender and one receiver at a time. A hot path: with inline socket
/// completions a frame is parsed, and its invocation's answer written, on the thread that the kernel woke.
/// </summary>
internal sealed class FrameChannel(Socket socket) : IDisposable
{
    const int HeaderBytes = 5;
    const int MaxFrameBytes = 64 * 1024 * 1024;
    const byte InitType = 1, InvokeType = 2, RecallType = 3, GrantType = 4, ReloadType = 5, DebuggerType = 6;

    readonly byte[] received = GC.AllocateUninitializedArray<byte>(16 * 1024, pinned: false);
    int start, end;

    readonly Queue<byte[]> behind = new(); // frames that came while an event was sent in two parts; its own lock
    bool sendingBoth;

    byte[] toSend = new byte[1024];

    public async ValueTask SendInit(ReadOnlyMemory<byte> json, CancellationToken stop)
    {
        var frame = new byte[HeaderBytes + json.Length];
        WriteHeader(frame, InitType, json.Length);
        json.CopyTo(frame.AsMemory(HeaderBytes));
        await Send(frame, stop);
    }

    public ValueTask SendInvoke(Invocation invocation, DateTimeOffset deadline)
    {
        var fixedBytes = HeaderBytes + 36 + 8 + 2 + 2 + 4 + 4;
        var most = fixedBytes + 3 * (invocation.InvokedArn.Length + invocation.TraceId.Length + invocation.ClientContext.Length);
        var inlinePayload = invocation.Payload.Length <= 32 * 1024;
        var needed = most + (inlinePayload ? invocation.Payload.Length : 0);
        if (toSend.Length < needed)
            toSend = new byte[needed * 2];

        var buffer = toSend.AsSpan();
        var at = HeaderBytes;
        invocation.RequestId.TryFormat(buffer[at..], out var written);
        at += written;
        BinaryPrimitives.WriteInt64LittleEndian(buffer[at..], deadline.ToUnixTimeMilliseconds());
        at += 8;
        at += WriteString16(buffer[at..], invocation.InvokedArn);
        at += WriteString16(buffer[at..], invocation.TraceId);
        at += WriteString32(buffer[at..], invocation.ClientContext);
        at += WriteString32(buffer[at..], "");
        WriteHeader(buffer, InvokeType, at - HeaderBytes + invocation.Payload.Length);

        if (!inlinePayload)
            return SendBoth(toSend.AsMemory(0, at), invocation.Payload);
        invocation.Payload.Span.CopyTo(buffer[at..]);
        return Send(toSend.AsMemory(0, at + invocation.Payload.Length), CancellationToken.None);
    }

    /// <summary>In the order of the INVOKE frames, which the caller sees to.</summary>
    public void SendRecall()
    {
        var frame = new byte[HeaderBytes];
        WriteHeader(frame, RecallType, 0);
        Post(frame);
    }

    /// <summary>The runtime may write so many more bytes of its stream. From any thread.</summary>
    public void SendGrant(int bytes)
    {
        var frame = new byte[HeaderBytes + sizeof(int)];
        WriteHeader(frame, GrantType, sizeof(int));
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(HeaderBytes), bytes);
        Post(frame);
    }

    /// <summary>The function's files have changed. In the order of the INVOKE frames, which the caller sees to.</summary>
    public void SendReload(ReadOnlySpan<byte> json) => Post(ReloadType, json);

    public void SendDebugger(bool attached) => Post(DebuggerType, [(byte)(attached ? 1 : 0)]);

    void Post(byte type, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeaderBytes + payload.Length];
        WriteHeader(frame, type, payload.Length);
        payload.CopyTo(frame.AsSpan(HeaderBytes));
        Post(frame);
    }

    /// <summary>A frame that nobody waits for, behind what was sent before.</summary>
    void Post(byte[] frame)
    {
        lock (behind)
            if (sendingBoth)
                behind.Enqueue(frame);
            else
                PostNow(frame);
    }

    /// <summary>The socket sends it whole, behind what it was given before.</summary>
    void PostNow(byte[] frame)
    {
        try
        {
            _ = Settle(socket.SendAsync(frame, SocketFlags.None, CancellationToken.None));
        }
        catch (ObjectDisposedException)
        {
        }

        static async Task Settle(ValueTask<int> sending)
        {
            try
            {
                await sending;
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // The receiver hears of it and tells why.
            }
        }
    }

    async ValueTask SendBoth(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> payload)
    {
        lock (behind)
            sendingBoth = true;
        try
        {
            await Send(head, CancellationToken.None);
            await Send(payload, CancellationToken.None);
        }
        finally
        {
            lock (behind)
            {
                sendingBoth = false;
                while (behind.TryDequeue(out var frame))
                    PostNow(frame);
            }
        }
    }

    ValueTask Send(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        var sending = socket.SendAsync(bytes, SocketFlags.None, stop);
        return sending.IsCompletedSuccessfully && sending.Result == bytes.Length ? ValueTask.CompletedTask : Finish(sending, bytes, stop);

        async ValueTask Finish(ValueTask<int> sending, ReadOnlyMemory<byte> bytes, CancellationToken stop)
        {
            for (var sent = await sending; sent < bytes.Length;)
                sent += await socket.SendAsync(bytes[sent..], SocketFlags.None, stop);
        }
    }

    /// <summary>The next frame, or null at the end of the stream. The payload is the caller's to keep.</summary>
    public async ValueTask<Frame?> Receive(CancellationToken stop)
    {
        while (end - start < HeaderBytes)
            if (!await Fill(stop))
                return null;

        var length = BinaryPrimitives.ReadInt32LittleEndian(received.AsSpan(start)) - 1;
        var type = (FrameType)received[start + 4];
        if (length is < 0 or > MaxFrameBytes)
            throw new InvalidDataException($"A runtime sent a frame of {length} bytes.");
        start += HeaderBytes;

        var payload = length == 0 ? [] : GC.AllocateUninitializedArray<byte>(length);
        var have = Math.Min(length, end - start);
        received.AsSpan(start, have).CopyTo(payload);
        start += have;
        while (have < length)
        {
            var count = await socket.ReceiveAsync(payload.AsMemory(have), SocketFlags.None, stop);
            if (count == 0)
                return null;
            have += count;
        }
        return new Frame(type, payload);
    }

    /// <summary>How often bytes have come: frames that came at once have the same count.</summary>
    public long Receives { get; private set; }

    /// <summary>Bytes have come to the kernel that have not been taken from it.</summary>
    public bool HasUnread
    {
        get
        {
            try
            {
                return socket.Available > 0;
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    async ValueTask<bool> Fill(CancellationToken stop)
    {
        if (start == end)
            start = end = 0;
        else if (start > 0)
        {
            received.AsSpan(start, end - start).CopyTo(received);
            (start, end) = (0, end - start);
        }
        var count = await socket.ReceiveAsync(received.AsMemory(end), SocketFlags.None, stop);
        end += count;
        Receives++;
        return count > 0;
    }

    static void WriteHeader(Span<byte> frame, byte type, int payloadBytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(frame, payloadBytes + 1);
        frame[4] = type;
    }

    static int WriteString16(Span<byte> to, string text)
    {
        var count = Encoding.UTF8.GetBytes(text, to[2..]);
        BinaryPrimitives.WriteUInt16LittleEndian(to, checked((ushort)count));
        return count + 2;
    }

    static int WriteString32(Span<byte> to, string text)
    {
        var count = Encoding.UTF8.GetBytes(text, to[4..]);
        BinaryPrimitives.WriteInt32LittleEndian(to, count);
        return count + 4;
    }

    public void Dispose() => socket.Dispose();
}

internal readonly record struct Frame(FrameType Type, byte[] Payload);
