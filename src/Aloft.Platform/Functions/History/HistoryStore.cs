using Aloft.Platform.CloudWatch.Chunks;
using Aloft.Platform.Functions.Registry;
using Aloft.Storage;

namespace Aloft.Platform.Functions.History;

/// <summary>All SQL of writing, finding and reading what is remembered, for SQLite and PostgreSQL; its removal is <see cref="HistoryExpiry"/>'s.</summary>
sealed class HistoryStore(Db db)
{
    const string ChunkColumns = "c.id, c.revision, c.version, c.first_ms, c.last_ms, c.format, c.raw_bytes, c.figures";

    internal static readonly IReadOnlyList<Migration> Migrations =
        Migration.FromResources(typeof(HistoryStore).Assembly, "Aloft.Platform.Functions.History.migrations");

    /// <summary>
    /// Stores chunks, and what they ran, in one transaction. Storing a chunk a second time (when it is unknown whether the first try was
    /// committed) changes nothing.
    /// </summary>
    internal ValueTask Store(IReadOnlyList<StoredRecords> batch, CancellationToken stop) => db.Write(
        async session =>
        {
            foreach (var (function, _, chunk) in batch)
            {
                await StoreSnapshot(session, function);
                await StoreChunk(session, function, chunk);
            }
        },
        stop);

    static ValueTask<int> StoreSnapshot(DbSession session, FunctionVersion function) => session.Execute(
        """
        INSERT INTO history_snapshots (revision, version, account, region, name, code_digest, code_size, modified, configuration, code_kept)
        VALUES (@revision, @version, @account, @region, @name, @code_digest, @code_size, @modified, @configuration, 1)
        ON CONFLICT (revision, version) DO UPDATE SET code_kept = 1 WHERE history_snapshots.code_kept = 0
        """,
        [
            .. FunctionStore.Named(function.Key), ("revision", function.RevisionId), ("version", function.Version),
            ("code_digest", function.CodeDigest), ("code_size", function.CodeSize), ("modified", function.LastModified.ToUnixTimeMilliseconds()),
            ("configuration", StoredConfiguration.Write(function)),
        ]);

    internal static ValueTask<int> StoreChunk(DbSession session, FunctionVersion function, RecordChunk chunk) => session.Execute(
        """
        INSERT INTO history_chunks (id, account, region, name, revision, version, first_ms, last_ms, invocations, failures, cold_starts,
            dropped, duration, longest, billed_ms, init, cpu, wait, parallel_cpu, parallel_duration, peak_bytes, stored_bytes, format,
            raw_bytes, figures, payloads)
        VALUES (@id, @account, @region, @name, @revision, @version, @first, @last, @invocations, @failures, @cold_starts,
            @dropped, @duration, @longest, @billed_ms, @init, @cpu, @wait, @parallel_cpu, @parallel_duration, @peak_bytes, @stored, @format,
            @raw, @figures, @payloads)
        ON CONFLICT DO NOTHING
        """,
        [
            .. FunctionStore.Named(function.Key), ("id", chunk.Id), ("revision", function.RevisionId), ("version", function.Version),
            ("first", chunk.FirstMs), ("last", chunk.LastMs), ("invocations", chunk.Sums.Invocations), ("failures", chunk.Sums.Failures),
            ("cold_starts", chunk.Sums.ColdStarts), ("dropped", chunk.Sums.Dropped), ("duration", chunk.Sums.Duration),
            ("longest", chunk.Sums.Longest), ("billed_ms", chunk.Sums.BilledMs), ("init", chunk.Sums.Init), ("cpu", chunk.Sums.Cpu),
            ("wait", chunk.Sums.Wait), ("parallel_cpu", chunk.Sums.ParallelCpu), ("parallel_duration", chunk.Sums.ParallelDuration),
            ("peak_bytes", chunk.Sums.PeakBytes), ("stored", chunk.StoredBytes), ("format", (long)chunk.Format), ("raw", chunk.RawBytes),
            ("figures", chunk.Figures), ("payloads", chunk.Payloads),
        ]);

    /// <summary>The newest chunk with this request id, or null. Newest first, some at a time: what is asked for is mostly recent.</summary>
    internal async ValueTask<FoundChunk?> FindChunk(string account, string region, Guid requestId, CancellationToken stop)
    {
        var holds = db.Kind == DbKind.Sqlite ? "instr(figures, @request)" : "position(@request in figures)";
        var request = requestId.ToByteArray(bigEndian: true);
        var before = long.MaxValue;
        while (true)
        {
            var looked = await db.Read(session => session.Query(
                $"""
                SELECT id, CASE WHEN account = @account AND region = @region AND {holds} > 0 THEN 1 ELSE 0 END
                FROM history_chunks WHERE id < @before ORDER BY id DESC LIMIT {Limits.SearchBatchChunks}
                """,
                row => (Id: row.Int(0), Holds: row.Int(1) == 1),
                ("account", account), ("region", region), ("request", request), ("before", before)), stop);
            foreach (var (id, _) in looked.Where(chunk => chunk.Holds))
                if (await Chunk(id, stop) is { } chunk && Holds(chunk, requestId))
                    return chunk;
            if (looked.Count < Limits.SearchBatchChunks)
                return null;
            before = looked[^1].Id;
        }
    }

    /// <summary>The database finds the bytes at any place, also across two numbers.</summary>
    static bool Holds(FoundChunk chunk, Guid requestId)
    {
        var reader = new RecordReader(chunk.Figures, default);
        while (reader.MoveNext())
            if (reader.Figures.RequestId == requestId)
                return true;
        return false;
    }

    async ValueTask<FoundChunk?> Chunk(long id, CancellationToken stop) => await db.Read(session => session.QueryFirst(
        $"SELECT {ChunkColumns} FROM history_chunks c WHERE c.id = @id", Found, ("id", id)), stop);

    /// <summary>Some chunks that may hold an invocation since then, newest first, below the position: at first null, then the last one found.</summary>
    /// <param name="function">One function's; null for all of the account's.</param>
    internal ValueTask<List<FoundChunk>> Chunks(
        string account, string region, string? function, long sinceMs, bool failedOnly, FoundChunk? below, CancellationToken stop) => db.Read(
        session => session.Query(
            $"""
            SELECT {ChunkColumns} FROM history_chunks c
            WHERE c.account = @account AND c.region = @region {(function is null ? "" : "AND c.name = @name")} AND c.last_ms >= @since
                {(failedOnly ? "AND c.failures > 0" : "")} {(below is null ? "" : "AND (c.last_ms, c.id) < (@last, @id)")}
            ORDER BY c.last_ms DESC, c.id DESC LIMIT {Limits.ListBatchChunks}
            """,
            Found, ("account", account), ("region", region), ("name", function ?? ""), ("since", sinceMs), ("last", below?.LastMs ?? 0),
            ("id", below?.Id ?? 0)),
        stop);

    static FoundChunk Found(DbRow row) => new(
        row.Int(0), row.Text(1), row.Text(2), row.Int(3), row.Int(4), (ChunkFormat)row.Int(5), (int)row.Int(6), row.Bytes(7));

    /// <summary>The payloads of a chunk, uncompressed; empty when they are not kept any more.</summary>
    internal async ValueTask<byte[]> Payloads(FoundChunk chunk, CancellationToken stop)
    {
        var packed = await db.Read(session => session.QueryFirst(
            "SELECT payloads FROM history_chunks WHERE id = @id", row => row.Bytes(0), ("id", chunk.Id)), stop) ?? [];
        return packed.Length == 0 ? packed : ChunkCompression.Unpack(chunk.Format, packed, chunk.RawBytes);
    }

    /// <summary>What a chunk's invocations ran; null when another node has just removed both.</summary>
    internal ValueTask<Snapshot?> FindSnapshot(string revision, string version, CancellationToken stop) => db.Read(
        session => session.QueryFirst(
            $"SELECT {SnapshotColumns} FROM history_snapshots s WHERE s.revision = @revision AND s.version = @version",
            ReadSnapshot, ("revision", revision), ("version", version)),
        stop);

    /// <summary>As the registry's rows of versions, so that it reads them.</summary>
    const string SnapshotColumns =
        "s.account, s.region, s.name, s.version, s.revision, 'Active', 'Successful', NULL, NULL, s.code_digest, s.code_size, s.modified, "
        + "s.configuration, s.code_kept";

    static Snapshot ReadSnapshot(DbRow row) => new(FunctionStore.Version(row), row.Int(13) == 1);

    /// <summary>The sums of every version that was invoked since then, by account and region or of one function, but for <see cref="Straddling"/>.</summary>
    internal ValueTask<List<BilledVersion>> Sums(string account, string region, string? function, long sinceMs, CancellationToken stop) => db.Read(
        session => session.Query(
            $"""
            SELECT {SnapshotColumns}, t.invocations, t.failures, t.cold_starts, t.dropped, t.duration, t.longest, t.billed_ms, t.init, t.cpu,
                t.wait, t.parallel_cpu, t.parallel_duration, t.peak_bytes
            FROM (
                SELECT revision, version, {Sum("invocations")}, {Sum("failures")}, {Sum("cold_starts")}, {Sum("dropped")}, {Sum("duration")},
                    MAX(longest) AS longest, {Sum("billed_ms")}, {Sum("init")}, {Sum("cpu")}, {Sum("wait")}, {Sum("parallel_cpu")},
                    {Sum("parallel_duration")}, MAX(peak_bytes) AS peak_bytes
                FROM history_chunks
                WHERE account = @account AND region = @region {(function is null ? "" : "AND name = @name")} AND last_ms >= @since
                    AND (first_ms >= @since OR stored_bytes <= @bare)
                GROUP BY revision, version LIMIT {Limits.BilledVersions}
            ) t JOIN history_snapshots s ON s.revision = t.revision AND s.version = t.version
            """,
            row => new BilledVersion(ReadSnapshot(row).Function, new ChunkSums
            {
                Invocations = row.Int(14), Failures = row.Int(15), ColdStarts = row.Int(16), Dropped = row.Int(17), Duration = row.Int(18),
                Longest = row.Int(19), BilledMs = row.Int(20), Init = row.Int(21), Cpu = row.Int(22), Wait = row.Int(23),
                ParallelCpu = row.Int(24), ParallelDuration = row.Int(25), PeakBytes = row.Int(26),
            }),
            ("account", account), ("region", region), ("name", function ?? ""), ("since", sinceMs), ("bare", Limits.BareChunkBytes)),
        stop);

    /// <summary>Chunks of which only a part is as recent as that: their figures tell which. Of those that were thinned out nothing does.</summary>
    internal ValueTask<List<FoundChunk>> Straddling(string account, string region, string? function, long sinceMs, CancellationToken stop) => db.Read(
        session => session.Query(
            $"""
            SELECT {ChunkColumns} FROM history_chunks c
            WHERE c.account = @account AND c.region = @region {(function is null ? "" : "AND c.name = @name")}
                AND c.last_ms >= @since AND c.first_ms < @since AND c.stored_bytes > @bare
            LIMIT {Limits.BilledVersions}
            """,
            Found, ("account", account), ("region", region), ("name", function ?? ""), ("since", sinceMs), ("bare", Limits.BareChunkBytes)),
        stop);

    static string Sum(string column) => $"CAST(SUM({column}) AS BIGINT) AS {column}"; // PostgreSQL's sum of bigint is numeric
}

/// <summary>A chunk as it was found.</summary>
sealed record FoundChunk(
    long Id, string Revision, string Version, long FirstMs, long LastMs, ChunkFormat Format, int RawBytes, byte[] Figures);

/// <param name="CodeKept">False when its package is not spared any more for the history's sake.</param>
sealed record Snapshot(FunctionVersion Function, bool CodeKept);

/// <summary>One revision of a version, and what its invocations add up to.</summary>
sealed record BilledVersion(FunctionVersion Function, ChunkSums Sums);
