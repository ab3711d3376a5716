using Aloft.Platform.CloudWatch.Chunks;
using Aloft.Storage;

namespace Aloft.Platform.Functions.History;

/// <summary>
/// Makes one chunk of many small ones of a version, once nobody adds to them any more: a function that is invoked now and then leaves a row
/// for every flush, and searches and bills look at every row. What is merged ended within the same hour, or it would never expire. Several nodes
/// may run it at once: what another has merged is left alone.
/// </summary>
sealed class ChunkMerge(Db db, HistoryStore store)
{
    /// <summary>Not thinned out, and so small, stored and read, that enough of them fit into one.</summary>
    const string Small = "stored_bytes > @bare AND stored_bytes < @small AND raw_bytes < @small";

    const string Hour = "last_ms / 3600000";

    internal async ValueTask Run(DateTimeOffset now, CancellationToken stop)
    {
        var before = (now - Limits.MergeAfter).ToUnixTimeMilliseconds();
        var versions = await db.Read(session => session.Query(
            $"""
            SELECT revision, version, {Hour} FROM history_chunks WHERE last_ms < @before AND {Small}
            GROUP BY revision, version, {Hour} HAVING COUNT(*) >= {Limits.MergedAtLeast} LIMIT {Limits.MergedVersions}
            """,
            row => (Revision: row.Text(0), Version: row.Text(1), Hour: row.Int(2)), Bounds(before)), stop);
        foreach (var (revision, version, hour) in versions)
            while (await MergeOldest(revision, version, hour, before, stop))
                stop.ThrowIfCancellationRequested();
    }

    async ValueTask<bool> MergeOldest(string revision, string version, long hour, long before, CancellationToken stop)
    {
        var small = await db.Read(session => session.Query(
            $"""
            SELECT id, dropped, last_ms, format, raw_bytes, figures, payloads FROM history_chunks
            WHERE revision = @revision AND version = @version AND last_ms < @before AND {Hour} = @hour AND {Small}
            ORDER BY last_ms, id LIMIT {Limits.MergedAtMost}
            """,
            row => new SmallChunk(
                row.Int(0), row.Int(1), row.Int(2), row.Bytes(5), ChunkCompression.Unpack((ChunkFormat)row.Int(3), row.Bytes(6), (int)row.Int(4))),
            [("revision", revision), ("version", version), ("hour", hour), .. Bounds(before)]), stop);
        var bytes = 0;
        var some = small.TakeWhile(chunk => (bytes += chunk.Figures.Length + chunk.Payloads.Length) <= Limits.ChunkBytes).ToList();
        if (some.Count < Limits.MergedAtLeast || await store.FindSnapshot(revision, version, stop) is not { } snapshot)
            return false;

        var merged = Merged(some);
        var ids = string.Join(',', some.Select(chunk => chunk.Id));
        return await db.Write(
            async session =>
            {
                var still = await session.Query($"SELECT COUNT(*) FROM history_chunks WHERE id IN ({ids}) AND stored_bytes > @bare", row => row.Int(0), Bare);
                if (still[0] != some.Count)
                    return false; // merged, thinned out or expired meanwhile
                await session.Execute($"DELETE FROM history_chunks WHERE id IN ({ids})");
                await HistoryStore.StoreChunk(session, snapshot.Function, merged);
                return true;
            },
            stop);
    }

    static RecordChunk Merged(IReadOnlyList<SmallChunk> chunks)
    {
        var writer = new RecordWriter();
        foreach (var chunk in chunks)
        {
            var reader = new RecordReader(chunk.Figures, chunk.Payloads);
            while (reader.MoveNext())
                writer.Append(reader.Figures, reader.Content);
            if (chunk.Dropped > 0)
                writer.Drop(chunk.LastMs, chunk.Dropped);
        }
        return writer.Finish(chunks.Max(chunk => chunk.Id)); // it stays where it was among the others
    }

    static (string, object?) Bare => ("bare", Limits.BareChunkBytes);

    static (string, object?)[] Bounds(long before) => [("before", before), Bare, ("small", Limits.MergedBelowBytes)];

    /// <param name="Payloads">Uncompressed.</param>
    sealed record SmallChunk(long Id, long Dropped, long LastMs, byte[] Figures, byte[] Payloads);
}
