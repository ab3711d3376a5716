using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aloft.Platform.Functions.History;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>
/// An answer that comes piece by piece, between the runtime that writes it and the caller who reads it at a pace of their own. What is
/// written and not read is bounded: the runtime may be ahead by <see cref="Limits.StreamWindowBytes"/>. One writer, one reader.
/// </summary>
public sealed class ResponseStream
{
    readonly Channel<byte[]> pieces = Channel.CreateUnbounded<byte[]>( // bounded by what the runtime is granted
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true, AllowSynchronousContinuations = true });

    readonly TaskCompletionSource<string?> begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Action<int> consumed = static _ => { };
    long outstanding;
    int owed; // of what was read: the runtime is told of a quarter of its window at a time
    bool deserted;

    /// <summary>The content type as soon as the runtime has named it; null when the invocation ended, or was refused, without a stream.</summary>
    public Task<string?> Begun => begun.Task;

    /// <summary>The version that runs; known when it has begun.</summary>
    public string ExecutedVersion { get; internal set; } = "";

    /// <param name="consumed">Told of bytes that were read: the runtime may write as many more.</param>
    internal void Begin(string contentType, Action<int> consumed)
    {
        this.consumed = consumed;
        begun.TrySetResult(contentType);
    }

    /// <summary>Bytes that were written so far.</summary>
    internal long Total => Copy.Length;

    /// <summary>For the history.</summary>
    internal StreamedCopy Copy { get; } = new();

    /// <summary>False when the runtime wrote much more than it was granted: it does not keep to the rules.</summary>
    internal bool TryWrite(byte[] piece)
    {
        Copy.Add(piece);
        if (Volatile.Read(ref deserted))
        {
            Consume(piece.Length);
            return true;
        }
        if (Interlocked.Add(ref outstanding, piece.Length) > 2 * Limits.StreamWindowBytes)
            return false;
        pieces.Writer.TryWrite(piece);
        return true;
    }

    /// <summary>No more will come. How it ended is the invocation's outcome.</summary>
    internal void End()
    {
        begun.TrySetResult(null);
        pieces.Writer.TryComplete();
    }

    /// <summary>The pieces as they come, to the end. A caller who breaks off lets the runtime write on, to nobody.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> Read([EnumeratorCancellation] CancellationToken stop)
    {
        try
        {
            await foreach (var piece in pieces.Reader.ReadAllAsync(stop))
            {
                yield return piece;
                Interlocked.Add(ref outstanding, -piece.Length);
                Consume(piece.Length);
            }
        }
        finally
        {
            Volatile.Write(ref deserted, true);
            while (pieces.Reader.TryRead(out var unread))
                Consume(unread.Length);
        }
    }

    void Consume(int bytes)
    {
        if (Interlocked.Add(ref owed, bytes) >= Limits.StreamWindowBytes / 4 && Interlocked.Exchange(ref owed, 0) is > 0 and var granted)
            consumed(granted);
    }
}
