using System.Collections.Concurrent;
using System.Threading.Channels;
using Aloft.Platform.CloudWatch.Chunks;
using Aloft.Platform.Kernel;
using Microsoft.Extensions.Logging;

namespace Aloft.Platform.CloudWatch.Ingest;

/// <summary>
/// Collects what functions log and stores it in chunks: one transaction for many streams, some times a second and whenever a
/// chunk is full. A failed flush keeps its chunks for the next one; while the database is down, memory is bounded and what no
/// longer fits is counted in its stream.
/// </summary>
sealed partial class LogSink(
    ChunkStore store, RowIds ids, TimeProvider clock, ILogger<LogSink> log, long maxPendingBytes = Limits.MaxPendingBytes)
    : ILogSink, IAsyncDisposable
{
    readonly record struct FullChunk(LogStreamKey Stream, long Id, ChunkWriter Writer);

    readonly ConcurrentQueue<StreamBuffer> touched = new();
    readonly ConcurrentQueue<FullChunk> full = new();
    readonly Channel<bool> wakeUps = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly CancellationTokenSource stopping = new();

    // One flush at a time; it alone touches the chunks that wait to be written.
    readonly SemaphoreSlim turn = new(1);
    readonly Queue<StoredChunk> waiting = new();

    long reserved;
    ITimer? timer;
    Task loop = Task.CompletedTask;

    public ILogStream Open(string account, string region, string group, string stream) =>
        new StreamBuffer(this, new(new(account, region, group), stream));

    /// <summary>Starts the flushing in the background. Without it, only <see cref="Flush"/> stores anything.</summary>
    internal void Start()
    {
        loop = FlushWhenWoken();
        timer = clock.CreateTimer(_ => WakeWhenNeeded(), null, Limits.FlushInterval, Limits.FlushInterval);
    }

    public async ValueTask Flush(CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            Gather();
            // Not the caller's token: this stores other callers' lines as well.
            while (waiting.Count > 0)
                await WriteBatch(stopping.Token);
        }
        finally
        {
            turn.Release();
        }
    }

    internal void Queue(StreamBuffer buffer) => touched.Enqueue(buffer);

    /// <summary>Takes a sealed chunk. Called under its stream's lock, so a stream's chunks come, and are numbered, in order.</summary>
    internal void HandOver(LogStreamKey stream, ChunkWriter writer) => full.Enqueue(new(stream, ids.Next(), writer));

    /// <summary>Asks for a flush before its time. Not for what a flush itself seals: under load it would follow itself without pause.</summary>
    internal void Wake() => wakeUps.Writer.TryWrite(true);

    internal void Discard(ChunkWriter unused)
    {
        Reserve(-unused.Capacity);
        unused.Release();
    }

    internal bool TryReserve(int bytes)
    {
        if (Interlocked.Add(ref reserved, bytes) <= maxPendingBytes)
            return true;
        Reserve(-bytes);
        return false;
    }

    internal void Reserve(int bytes) => Interlocked.Add(ref reserved, bytes);

    /// <summary>What the buffers and the chunks that wait take.</summary>
    internal long ReservedBytes => Interlocked.Read(ref reserved);

    void Gather()
    {
        // The counts are taken first: what is appended meanwhile is the next flush's, or this would never end under load.
        for (var count = touched.Count; count > 0 && touched.TryDequeue(out var buffer); count--)
            buffer.Seal();
        for (var count = full.Count; count > 0 && full.TryDequeue(out var chunk); count--)
            waiting.Enqueue(new(chunk.Stream, chunk.Writer.Capacity, chunk.Writer.Finish(chunk.Id)));
    }

    async ValueTask WriteBatch(CancellationToken stop)
    {
        var bytes = 0;
        var batch = waiting.TakeWhile(chunk => (bytes += chunk.Chunk.Data.Length) <= Limits.MaxFlushBytes).ToList();
        await store.StoreChunks(batch, clock.GetUtcNow(), stop);
        foreach (var written in batch)
        {
            Reserve(-written.ReservedBytes);
            waiting.Dequeue();
        }
    }

    void WakeWhenNeeded()
    {
        if (!touched.IsEmpty || !full.IsEmpty || waiting.Count > 0)
            Wake();
    }

    async Task FlushWhenWoken()
    {
        await foreach (var _ in wakeUps.Reader.ReadAllAsync())
        {
            try
            {
                await Flush(stopping.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                FlushFailed(log, fault, waiting.Count);
            }
        }
    }

    /// <summary>Stores what is left, within <see cref="Limits.DrainTimeout"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!wakeUps.Writer.TryComplete())
            return;
        if (timer is not null)
            await timer.DisposeAsync();
        stopping.CancelAfter(Limits.DrainTimeout);
        await loop;
        try
        {
            await Flush(stopping.Token);
        }
        catch (Exception fault)
        {
            DrainFailed(log, fault, waiting.Count);
        }
        stopping.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Storing log lines failed; {Chunks} chunks wait for the next try.")]
    static partial void FlushFailed(ILogger log, Exception fault, int chunks);

    [LoggerMessage(Level = LogLevel.Error, Message = "Log lines were lost while stopping: {Chunks} chunks could not be stored.")]
    static partial void DrainFailed(ILogger log, Exception fault, int chunks);
}
