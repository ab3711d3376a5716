using System.Buffers;
using Aloft.Sandbox.Native;
using Microsoft.Win32.SafeHandles;

namespace Aloft.Sandbox.Loop;

/// <summary>
/// Standard output and error of one sandbox, in one pipe, so that their order is the kernel's. It is read in turns of bounded size:
/// a sandbox that floods fills its own pipe and then waits, while the others have theirs read.
/// </summary>
internal sealed class OutputPipe : IDisposable
{
    private readonly Lock gate = new();
    private readonly EventLoop loop;
    private readonly IOutputSink sink;
    private readonly SafeFileHandle read;
    private ulong token;
    private bool closed;

    internal OutputPipe(EventLoop loop, IOutputSink sink)
    {
        (this.loop, this.sink) = (loop, sink);
        (read, Write) = Descriptors.Pipe();
        lock (gate) token = loop.Watch(read, TakeTurn);
    }

    /// <summary>The end that the sandbox gets. To be closed here once it has been inherited, or the pipe never ends.</summary>
    internal SafeFileHandle Write { get; }

    /// <summary>Hands on what is in the pipe now, and no more: a sandbox that goes on writing cannot hold its caller.</summary>
    internal void Drain()
    {
        lock (gate)
        {
            if (closed) return;
            for (var left = Descriptors.Ready(read); left > 0;)
            {
                var count = Take(left);
                if (count <= 0) return;
                left -= count;
            }
        }
    }

    private void TakeTurn()
    {
        lock (gate)
        {
            if (closed || Take(Limits.OutputBytesPerTurn) != 0) return;
            loop.Unwatch(token);
            token = 0;
        }
    }

    private int Take(int most)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Limits.OutputBytesPerTurn);
        try
        {
            var count = Descriptors.Read(read, buffer.AsSpan(0, Math.Min(most, Limits.OutputBytesPerTurn)));
            if (count > 0) sink.Write(buffer.AsSpan(0, count));
            return count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            if (closed) return;
            closed = true;
            if (token != 0) loop.Unwatch(token);
            Write.Dispose();
            read.Dispose();
        }
    }
}
