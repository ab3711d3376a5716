using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Aloft.Platform.CloudWatch;
using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Functions.History;

/// <summary>
/// Collects the invocations that end on this node and stores them behind, many in one transaction. Nobody waits for it: a failed flush keeps
/// its chunks for the next one, and while the database is down, memory is bounded and what no longer fits is counted.
/// </summary>
sealed class InvocationRecorder(HistoryStore store, RowIds ids, long pendingBytes = Limits.PendingBytes)
{
    readonly record struct SealedChunk(FunctionVersion Function, long Id, RecordWriter Writer, int Reserved);

    readonly ConditionalWeakTable<FunctionVersion, VersionBuffer> buffers = [];
    readonly ConcurrentQueue<VersionBuffer> touched = new();
    readonly ConcurrentQueue<SealedChunk> full = new();

    // One flush at a time; it alone touches the chunks that wait to be written.
    readonly SemaphoreSlim turn = new(1);
    readonly Queue<StoredRecords> waiting = new();
    long reserved;
    long storedBytes;

    /// <summary>Where the invocations of this version go: one for all of its instances.</summary>
    public VersionBuffer For(FunctionVersion function) => buffers.GetValue(function, version => new VersionBuffer(this, version));

    internal bool HasNews => !touched.IsEmpty || !full.IsEmpty || waiting.Count > 0;

    internal int Waiting => waiting.Count;

    /// <summary>Bytes that were stored since this was last asked for.</summary>
    internal long TakeStoredBytes() => Interlocked.Exchange(ref storedBytes, 0);

    internal void Queue(VersionBuffer buffer) => touched.Enqueue(buffer);

    /// <summary>Takes a sealed chunk. Called under its buffer's lock, so a version's chunks come, and are numbered, in order.</summary>
    internal void HandOver(FunctionVersion function, RecordWriter writer, int bytes) => full.Enqueue(new(function, ids.Next(), writer, bytes));

    internal bool TryReserve(int bytes)
    {
        if (Interlocked.Add(ref reserved, bytes) <= pendingBytes)
            return true;
        Interlocked.Add(ref reserved, -bytes);
        return false;
    }

    /// <summary>Stores everything that has ended until now.</summary>
    /// <param name="stop">Ends the waiting for a turn, not the storing: it stores other callers' invocations as well.</param>
    public async ValueTask Flush(CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            Gather();
            while (waiting.Count > 0)
                await WriteBatch();
        }
        finally
        {
            turn.Release();
        }
    }

    void Gather()
    {
        // The counts are taken first: what is appended meanwhile is the next flush's, or this would never end under load.
        for (var count = touched.Count; count > 0 && touched.TryDequeue(out var buffer); count--)
            buffer.Seal();
        for (var count = full.Count; count > 0 && full.TryDequeue(out var chunk); count--)
            waiting.Enqueue(new(chunk.Function, chunk.Reserved, chunk.Writer.Finish(chunk.Id)));
    }

    async ValueTask WriteBatch()
    {
        var bytes = 0;
        var batch = waiting.TakeWhile((records, i) => (bytes += records.Chunk.StoredBytes) <= Limits.FlushBytes || i == 0).ToList();
        await store.Store(batch, CancellationToken.None);
        foreach (var written in batch)
        {
            Interlocked.Add(ref reserved, -written.ReservedBytes);
            Interlocked.Add(ref storedBytes, written.Chunk.StoredBytes);
            waiting.Dequeue();
        }
    }
}

/// <summary>A chunk on its way to the database.</summary>
/// <param name="ReservedBytes">What it counts against the bound on pending bytes until it is written.</param>
sealed record StoredRecords(FunctionVersion Function, int ReservedBytes, RecordChunk Chunk);
