using Aloft.Platform.Functions.Registry;
using Aloft.Storage;

namespace Aloft.Platform.Functions.History;

/// <summary>
/// Removes, in short transactions, (1) chunks that are too old, (2) while all together take too much, the oldest chunks of the function with
/// the most: first what they hold of each invocation, so that the bill stays right, then their sums too, (3) snapshots that no chunk refers
/// to, (4) the claim of the longest unused snapshots on their code, where all of it is too much. Several nodes may run it at once.
/// </summary>
sealed class HistoryExpiry(Db db, HistorySettings settings, long codeBytes = Limits.SnapshotCodeBytes)
{
    /// <summary>The digests of what is kept in any case, since functions are deployed with it.</summary>
    internal Func<CancellationToken, ValueTask<IReadOnlySet<string>>> Deployed { get; set; } =
        static _ => ValueTask.FromResult<IReadOnlySet<string>>(new HashSet<string>());

    /// <param name="written">Bytes since then. Where nothing is kept, none ever are.</param>
    internal static bool IsDue(TimeSpan since, long written, long room) => since >= Limits.ExpireEvery || (written > 0 && written * 16 >= room);

    internal async ValueTask Run(DateTimeOffset now, CancellationToken stop)
    {
        await RemoveOlderThan((now - settings.Age).ToUnixTimeMilliseconds(), stop); // 1
        await Trim(settings.Bytes, stop); // 2
        await db.Write(session => session.Execute( // 3
            """
            DELETE FROM history_snapshots WHERE NOT EXISTS (
                SELECT 1 FROM history_chunks c WHERE c.revision = history_snapshots.revision AND c.version = history_snapshots.version)
            """), stop);
        await GiveUpCode(stop); // 4
    }

    async ValueTask RemoveOlderThan(long ms, CancellationToken stop)
    {
        while (await db.Write(session => session.Execute(
            $"""
            DELETE FROM history_chunks WHERE id IN (
                SELECT id FROM history_chunks WHERE last_ms <= @ms ORDER BY last_ms LIMIT {Limits.ExpiryBatchRows})
            """, ("ms", ms)), stop) == Limits.ExpiryBatchRows)
            stop.ThrowIfCancellationRequested();
    }

    async ValueTask Trim(long bytes, CancellationToken stop)
    {
        var excess = await StoredBytes(stop) - bytes;
        while (excess > 0)
        {
            var freed = await ThinOut(excess, stop);
            if (freed == 0)
                freed = await RemoveOldest(excess, stop);
            if (freed == 0)
                return;
            excess -= freed;
        }
    }

    internal async ValueTask<long> StoredBytes(CancellationToken stop) => (await db.Read(session => session.Query(
        "SELECT CAST(COALESCE(SUM(stored_bytes), 0) AS BIGINT) FROM history_chunks", row => row.Int(0)), stop))[0];

    /// <summary>Takes the invocations out of the oldest chunks of the function that takes most; returns the bytes freed.</summary>
    ValueTask<long> ThinOut(long atLeast, CancellationToken stop) => db.Write(
        async session =>
        {
            var biggest = await session.Query(
                """
                SELECT account, region, name FROM history_chunks WHERE stored_bytes > @bare
                GROUP BY account, region, name ORDER BY SUM(stored_bytes) DESC LIMIT 1
                """,
                row => new FunctionKey(row.Text(0), row.Text(1), row.Text(2)), ("bare", Limits.BareChunkBytes));
            if (biggest is not [var key])
                return 0L;

            var oldest = await session.Query(
                $"""
                SELECT id, stored_bytes FROM history_chunks
                WHERE account = @account AND region = @region AND name = @name AND stored_bytes > @bare
                ORDER BY last_ms LIMIT {Limits.ExpiryBatchRows}
                """,
                row => (Id: row.Int(0), Bytes: row.Int(1) - Limits.BareChunkBytes), [.. FunctionStore.Named(key), ("bare", Limits.BareChunkBytes)]);
            var freed = 0L;
            foreach (var (id, bytes) in oldest)
            {
                await session.Execute(
                    "UPDATE history_chunks SET figures = @none, payloads = @none, raw_bytes = 0, stored_bytes = @bare WHERE id = @id",
                    ("none", Array.Empty<byte>()), ("bare", Limits.BareChunkBytes), ("id", id));
                if ((freed += bytes) >= atLeast)
                    break;
            }
            return freed;
        },
        stop);

    async ValueTask<long> RemoveOldest(long atLeast, CancellationToken stop)
    {
        var rows = Math.Min(Limits.ExpiryBatchRows, 1 + (atLeast / Limits.BareChunkBytes));
        return Limits.BareChunkBytes * (long)await db.Write(session => session.Execute(
            "DELETE FROM history_chunks WHERE id IN (SELECT id FROM history_chunks ORDER BY last_ms LIMIT @rows)", ("rows", rows)), stop);
    }

    async ValueTask GiveUpCode(CancellationToken stop)
    {
        var deployed = await Deployed(stop);
        await db.Write(
            async session =>
            {
                var kept = await session.Query(
                    """
                    SELECT s.revision, s.version, s.code_digest, s.code_size, s.configuration FROM history_snapshots s WHERE s.code_kept = 1
                    ORDER BY (SELECT MAX(c.last_ms) FROM history_chunks c WHERE c.revision = s.revision AND c.version = s.version) DESC
                    """,
                    row => (Revision: row.Text(0), Version: row.Text(1), Code: (Digest: row.Text(2), Size: row.Int(3)), Layers: LayersOf(row.Text(4))));
                var (packages, bytes) = (new HashSet<string>(), 0L);
                foreach (var snapshot in kept)
                {
                    var own = snapshot.Layers.Append(snapshot.Code).Where(package => !deployed.Contains(package.Digest)).ToList();
                    bytes += own.Where(package => packages.Add(package.Digest)).Sum(package => package.Size);
                    if (bytes > codeBytes && own.Count > 0)
                        await session.Execute(
                            "UPDATE history_snapshots SET code_kept = 0 WHERE revision = @revision AND version = @version",
                            ("revision", snapshot.Revision), ("version", snapshot.Version));
                }
            },
            stop);
    }

    static IEnumerable<(string Digest, long Size)> LayersOf(string configuration) =>
        [.. (StoredConfiguration.Read(configuration).Layers ?? []).Select(layer => (layer.Digest, layer.CodeSize))];

    /// <summary>The digests of all that the remembered versions need to run again.</summary>
    internal ValueTask<IReadOnlySet<string>> Digests(CancellationToken stop) => db.Read<IReadOnlySet<string>>(
        async session =>
        {
            const string layered = "SELECT DISTINCT configuration FROM history_snapshots WHERE code_kept = 1 AND configuration LIKE '%\"layers\":[{%'";
            var digests = (await session.Query(
                "SELECT DISTINCT code_digest FROM history_snapshots WHERE code_kept = 1", row => row.Text(0))).ToHashSet();
            foreach (var layers in await session.Query(layered, row => StoredConfiguration.Read(row.Text(0)).Layers!))
                digests.UnionWith(FunctionVersion.DigestsOf(layers));
            return digests;
        },
        stop);
}
