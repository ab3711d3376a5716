using Aloft.Platform.CloudWatch;
using Aloft.Storage;
using Microsoft.Extensions.Logging;

namespace Aloft.Platform.Functions.History;

/// <summary>
/// What is remembered of every invocation, for a bounded time and space: its event, what it ran, its answer and its figures. Written behind,
/// so that a kill may lose the last half second of it.
/// </summary>
public sealed partial class InvocationHistory : IAsyncDisposable
{
    readonly HistoryStore store;
    readonly HistoryExpiry expiry;
    readonly ChunkMerge merge;
    readonly TimeProvider time;
    readonly ILogger log;
    readonly CancellationTokenSource stopping = new();
    Task keeping = Task.CompletedTask;

    InvocationHistory(Db db, HistorySettings settings, TimeProvider time, ILogger log)
    {
        (Settings, this.time, this.log) = (settings, time, log);
        store = new(db);
        expiry = new(db, settings);
        merge = new(db, store);
        Recorder = settings.IsOn ? new(store, new RowIds(time)) : null;
    }

    /// <summary>Brings the tables up to date.</summary>
    public static async ValueTask<InvocationHistory> Create(
        Db db, HistorySettings settings, TimeProvider time, ILogger<InvocationHistory> log, CancellationToken stop)
    {
        await db.Migrate("history", HistoryStore.Migrations, stop);
        return new(db, settings, time, log);
    }

    public HistorySettings Settings { get; }

    /// <summary>The digests of what functions are deployed with: it is kept in any case, and not for the history.</summary>
    public Func<CancellationToken, ValueTask<IReadOnlySet<string>>> Deployed
    {
        set => expiry.Deployed = value;
    }

    /// <summary>Null where nothing is recorded.</summary>
    internal InvocationRecorder? Recorder { get; }

    /// <summary>Starts to store in the background what is recorded, and to remove what is too old or too much.</summary>
    public void Start() => keeping = Keep();

    async Task Keep()
    {
        using var timer = new PeriodicTimer(Limits.FlushInterval, time);
        var (expired, merged) = (default(DateTimeOffset), time.GetUtcNow());
        var written = 0L;
        while (await Tick(timer))
        {
            try
            {
                if (Recorder is { HasNews: true })
                    await Recorder.Flush(stopping.Token);
                written += Recorder?.TakeStoredBytes() ?? 0;
                var now = time.GetUtcNow();
                if (now - merged >= Limits.MergeEvery)
                {
                    merged = now;
                    await merge.Run(now, stopping.Token);
                }
                if (HistoryExpiry.IsDue(now - expired, written, Settings.Bytes))
                {
                    (expired, written) = (now, 0);
                    await expiry.Run(now, stopping.Token);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                NotKept(log, fault, Recorder?.Waiting ?? 0);
            }
        }
    }

    async ValueTask<bool> Tick(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The last invocation by this request id, or null.</summary>
    public async ValueTask<RecordedInvocation?> Find(string account, string region, Guid requestId, CancellationToken stop)
    {
        await Flush(stop);
        if (await store.FindChunk(account, region, requestId, stop) is not { } chunk
            || await store.FindSnapshot(chunk.Revision, chunk.Version, stop) is not { } snapshot)
            return null;
        var payloads = await store.Payloads(chunk, stop);
        return Last(chunk, payloads, requestId) is var (figures, content) ? new(snapshot.Function, figures, content) : null;
    }

    static (InvocationFigures, InvocationContent?)? Last(FoundChunk chunk, byte[] payloads, Guid requestId)
    {
        (InvocationFigures, InvocationContent?)? last = null;
        var reader = new RecordReader(chunk.Figures, payloads);
        while (reader.MoveNext())
            if (reader.Figures.RequestId == requestId)
                last = (reader.Figures, reader.Content);
        return last;
    }

    /// <summary>Invocations in figures, those that ended last first.</summary>
    /// <param name="function">One function's; null for all of the account's.</param>
    /// <param name="failedOnly">Without replays: they are no news.</param>
    public async ValueTask<IReadOnlyList<RecordedInvocation>> List(
        string account, string region, string? function, DateTimeOffset since, bool failedOnly, int limit, CancellationToken stop)
    {
        await Flush(stop);
        var sinceMs = since.ToUnixTimeMilliseconds();
        var found = new List<(FoundChunk Chunk, InvocationFigures Figures)>();
        FoundChunk? below = null;
        List<FoundChunk> chunks;
        do
        {
            chunks = await store.Chunks(account, region, function, sinceMs, failedOnly, below, stop);
            foreach (var chunk in chunks)
                found.AddRange(Matching(chunk, since, failedOnly).Select(figures => (chunk, figures)));
            found = [.. found.OrderByDescending(one => one.Figures.EndedAt).Take(limit)]; // a stable order: chunks overlap
            below = chunks is [] ? null : chunks[^1];
        }
        while (chunks.Count == Limits.ListBatchChunks
            && (found.Count < limit || found[^1].Figures.EndedAt.ToUnixTimeMilliseconds() < below!.LastMs));
        return await WithVersions(found, stop);
    }

    static List<InvocationFigures> Matching(FoundChunk chunk, DateTimeOffset since, bool failedOnly)
    {
        var matching = new List<InvocationFigures>();
        var reader = new RecordReader(chunk.Figures, default);
        while (reader.MoveNext())
            if (reader.Figures.EndedAt >= since && (!failedOnly || reader.Figures is { Failed: true, Source: not InvocationSource.Replay }))
                matching.Add(reader.Figures);
        matching.Reverse();
        return matching;
    }

    async ValueTask<IReadOnlyList<RecordedInvocation>> WithVersions(
        IEnumerable<(FoundChunk Chunk, InvocationFigures Figures)> found, CancellationToken stop)
    {
        var snapshots = new Dictionary<(string, string), Snapshot?>();
        var listed = new List<RecordedInvocation>();
        foreach (var (chunk, figures) in found)
        {
            var key = (chunk.Revision, chunk.Version);
            if (!snapshots.TryGetValue(key, out var snapshot))
                snapshots[key] = snapshot = await store.FindSnapshot(chunk.Revision, chunk.Version, stop);
            if (snapshot is not null)
                listed.Add(new(snapshot.Function, figures, null));
        }
        return listed;
    }

    /// <summary>What the functions' invocations since then add up to, in the order of their names.</summary>
    /// <param name="function">One function; null for all of the account's.</param>
    public async ValueTask<IReadOnlyList<FunctionBill>> Bill(
        string account, string region, string? function, DateTimeOffset since, CancellationToken stop)
    {
        await Flush(stop);
        var sinceMs = since.ToUnixTimeMilliseconds();
        var versions = await store.Sums(account, region, function, sinceMs, stop);
        foreach (var chunk in await store.Straddling(account, region, function, sinceMs, stop))
            if (await store.FindSnapshot(chunk.Revision, chunk.Version, stop) is { } snapshot)
                versions.Add(new(snapshot.Function, SumsSince(chunk, since)));
        return [.. versions.GroupBy(version => version.Function.Key).OrderBy(group => group.Key.Name, StringComparer.Ordinal).Select(FunctionBill.Of)];
    }

    static ChunkSums SumsSince(FoundChunk chunk, DateTimeOffset since)
    {
        var sums = new ChunkSums();
        var reader = new RecordReader(chunk.Figures, default);
        while (reader.MoveNext())
            if (reader.Figures.EndedAt >= since)
                sums.Add(reader.Figures);
        return sums;
    }

    /// <summary>Digests of the packages that remembered invocations need to run again: what a sweep of code and blobs must spare.</summary>
    public async ValueTask<IReadOnlySet<string>> Digests(CancellationToken stop)
    {
        await Flush(stop); // what has run and is not stored yet needs its code, too
        return await expiry.Digests(stop);
    }

    /// <summary>Stores everything that has ended until now. A reader of this node finds what it has just seen answered.</summary>
    public ValueTask Flush(CancellationToken stop) => Recorder?.Flush(stop) ?? default;

    /// <summary>Stores what is left. Before the <see cref="Db"/> goes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested)
            return;
        await stopping.CancelAsync();
        await keeping;
        try
        {
            await Flush(CancellationToken.None).AsTask().WaitAsync(Limits.Drain, time);
        }
        catch (Exception fault)
        {
            NotKept(log, fault, Recorder?.Waiting ?? 0);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Keeping the history of invocations failed; {Chunks} chunks of it wait to be stored.")]
    static partial void NotKept(ILogger log, Exception fault, int chunks);
}
