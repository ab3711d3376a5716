using Aloft.Platform.CloudWatch.Chunks;
using Aloft.Platform.CloudWatch.Ingest;
using Aloft.Platform.CloudWatch.Search;
using Aloft.Storage;

namespace Aloft.Platform.CloudWatch;

/// <summary>The events of log streams in the database, in chunks, for SQLite and PostgreSQL.</summary>
sealed class ChunkStore(Db db, RowIds ids)
{
    static readonly IReadOnlyDictionary<string, string> NoTags = new Dictionary<string, string>();

    /// <summary>
    /// Stores chunks of any streams in one transaction and creates what is missing of their groups and streams. Storing a chunk a
    /// second time (when it is unknown whether the first try was committed) changes nothing.
    /// </summary>
    internal ValueTask StoreChunks(IReadOnlyList<StoredChunk> chunks, DateTimeOffset now, CancellationToken stop) =>
        db.Write(
            async session =>
            {
                // Every node locks rows in this one order, so that none waits for another in a circle.
                var groups = chunks.GroupBy(chunk => chunk.Stream.Group).OrderBy(group => group.Key.Arn.ToString(), StringComparer.Ordinal);
                foreach (var group in groups)
                {
                    var groupId = await GroupFor(session, group.Key, now);
                    long bytes = 0;
                    foreach (var (stream, _, chunk) in group.OrderBy(chunk => chunk.Stream.Name, StringComparer.Ordinal))
                        bytes += await Store(session, groupId, await StreamFor(session, groupId, stream.Name, chunk, now), chunk, now);
                    await AddStoredBytes(session, groupId, bytes);
                }
            },
            stop);

    /// <summary>Stores chunks of one stream that must be there already.</summary>
    internal ValueTask<PutOutcome> PutChunks(LogStreamKey key, IReadOnlyList<Chunk> chunks, DateTimeOffset now, CancellationToken stop) =>
        db.Write(
            async session =>
            {
                if (await LogStore.FindGroup(session, key.Group) is not { } group)
                    return PutOutcome.NoGroup;

                long bytes = 0;
                foreach (var chunk in chunks)
                {
                    if (await TouchStream(session, group.Id, key.Name, chunk, now) is not { } streamId)
                        return PutOutcome.NoStream;
                    bytes += await Store(session, group.Id, streamId, chunk, now);
                }
                await AddStoredBytes(session, group.Id, bytes);
                return PutOutcome.Stored;
            },
            stop);

    static async ValueTask AddStoredBytes(DbSession session, long groupId, long bytes) =>
        await session.Execute(
            "UPDATE log_groups SET stored_bytes = stored_bytes + @bytes WHERE id = @id", ("bytes", bytes), ("id", groupId));

    async ValueTask<long> GroupFor(DbSession session, LogGroupKey key, DateTimeOffset now)
    {
        if (await LogStore.FindGroup(session, key) is { } group)
            return group.Id;
        await LogStore.InsertGroup(session, ids.Next(), key, NoTags, now);
        return (await LogStore.FindGroup(session, key))!.Id;
    }

    async ValueTask<long> StreamFor(DbSession session, long groupId, string name, Chunk chunk, DateTimeOffset now)
    {
        if (await TouchStream(session, groupId, name, chunk, now) is { } id)
            return id;
        await LogStore.InsertStream(session, ids.Next(), groupId, name, now);
        return (await TouchStream(session, groupId, name, chunk, now))!.Value;
    }

    /// <summary>Brings the stream's times up to date; null when there is no such stream.</summary>
    static async ValueTask<long?> TouchStream(DbSession session, long groupId, string name, Chunk chunk, DateTimeOffset now)
    {
        var found = await session.Query(
            """
            UPDATE log_streams SET
                first_event = CASE WHEN first_event = 0 OR first_event > @first THEN @first ELSE first_event END,
                last_event = CASE WHEN last_event < @last THEN @last ELSE last_event END,
                last_ingestion = @now
            WHERE group_id = @group AND name = @name RETURNING id
            """,
            row => row.Int(0),
            ("first", chunk.FirstMs), ("last", chunk.LastMs), ("now", now.ToUnixTimeMilliseconds()), ("group", groupId), ("name", name));
        return found is [var id] ? id : null;
    }

    /// <summary>The bytes that it added: 0 when the chunk is there already.</summary>
    static async ValueTask<int> Store(DbSession session, long groupId, long streamId, Chunk chunk, DateTimeOffset now)
    {
        var added = await session.Execute(
            """
            INSERT INTO log_chunks
                (id, group_id, stream_id, first_event, last_event, ingested, events, format, raw_bytes, stored_bytes, data)
            VALUES (@id, @group, @stream, @first, @last, @now, @events, @format, @raw, @stored, @data) ON CONFLICT DO NOTHING
            """,
            ("id", chunk.Id), ("group", groupId), ("stream", streamId), ("first", chunk.FirstMs), ("last", chunk.LastMs),
            ("now", now.ToUnixTimeMilliseconds()), ("events", chunk.Events), ("format", (long)chunk.Format), ("raw", chunk.RawBytes),
            ("stored", chunk.Data.Length), ("data", chunk.Data));
        return added == 1 ? chunk.Data.Length : 0;
    }

    /// <summary>Runs several reads against one snapshot.</summary>
    internal ValueTask<T> Read<T>(Func<DbSession, ValueTask<T>> read, CancellationToken stop) => db.Read(read, stop);

    /// <summary>
    /// Up to <paramref name="limit"/> chunks of the source that may overlap the times, in the order of their first events (and
    /// ids), forward or backward, beyond the position: at first <see cref="ChunkPosition.Start"/>, then the last one found.
    /// </summary>
    internal static ValueTask<List<FoundChunk>> Find(
        DbSession session, EventSource source, ChunkPosition beyond, bool backward, long fromMs, long untilMs, int limit)
    {
        // One bound on each side: with two on one side SQLite may seek to the looser one, and read what it skipped before.
        var (order, comparison, end, endMs) = backward
            ? ("DESC", "<", "c.first_event >= @end", fromMs - Limits.MaxChunkSpanMs)
            : ("ASC", ">", "c.first_event <= @end", untilMs);
        var condition = source.Condition(out var parameters);
        return session.Query(
            $"""
            SELECT c.id, s.name, c.first_event, c.last_event, c.ingested, c.events, c.format, c.raw_bytes, c.data
            FROM log_chunks c JOIN log_streams s ON s.id = c.stream_id
            WHERE {condition} AND (c.first_event, c.id) {comparison} (@first, @id)
              AND {end} AND c.last_event >= @from
            ORDER BY c.first_event {order}, c.id {order} LIMIT @limit
            """,
            row => new FoundChunk(
                row.Text(1), row.Int(4),
                new(row.Int(0), row.Int(2), row.Int(3), (int)row.Int(5), (ChunkFormat)row.Int(6), (int)row.Int(7), row.Bytes(8))),
            [
                .. parameters, ("first", beyond.FirstMs), ("id", beyond.Id), ("end", endMs), ("from", fromMs), ("limit", limit),
            ]);
    }

    internal ValueTask<List<LogGroup>> GroupsWithRetention(CancellationToken stop) =>
        Groups("retention_days IS NOT NULL", "id", int.MaxValue, stop);

    internal async ValueTask<LogGroup?> BiggestGroup(CancellationToken stop) =>
        await Groups("stored_bytes > 0", "stored_bytes DESC", 1, stop) is [var biggest] ? biggest : null;

    ValueTask<List<LogGroup>> Groups(string condition, string order, int limit, CancellationToken stop) =>
        db.Read(
            session => session.Query(
                $"SELECT id, name, created, retention_days, stored_bytes FROM log_groups WHERE {condition} ORDER BY {order} LIMIT @limit",
                row => new LogGroup(row.Int(0), row.Text(1), row.Int(2), (int?)row.IntOrNull(3), row.Int(4)),
                ("limit", limit)),
            stop);

    internal async ValueTask<long> TotalStoredBytes(CancellationToken stop)
    {
        const string sql = "SELECT CAST(COALESCE(SUM(stored_bytes), 0) AS BIGINT) FROM log_groups";
        return (await db.Read(session => session.Query(sql, row => row.Int(0)), stop))[0];
    }

    /// <summary>Deletes one batch of a group's oldest chunks whose last event is before the time.</summary>
    internal ValueTask<Deleted> DeleteOldest(long groupId, long beforeMs, CancellationToken stop) =>
        db.Write(
            session => DeleteChunks(
                session, groupId, "group_id = @group AND first_event < @before AND last_event < @before ORDER BY first_event",
                ("before", beforeMs)),
            stop);

    /// <summary>Deletes one batch of what deleted groups and streams left behind. False when nothing is left.</summary>
    internal ValueTask<bool> Sweep(CancellationToken stop) =>
        db.Write(
            async session =>
            {
                var next = await session.Query(
                    "SELECT group_id, stream_id FROM log_deletions LIMIT 1", row => (Group: row.Int(0), Stream: row.Int(1)));
                if (next is not [var (group, stream)])
                    return false;

                var chunks = stream == 0
                    ? await DeleteChunks(session, group, "group_id = @group")
                    : await DeleteChunks(session, group, "stream_id = @stream", ("stream", stream));
                if (chunks.Rows == Limits.ExpiryBatchRows)
                    return true;
                if (stream == 0 && await DeleteStreams(session, group) == Limits.ExpiryBatchRows)
                    return true;
                await session.Execute(
                    "DELETE FROM log_deletions WHERE group_id = @group AND stream_id = @stream", ("group", group), ("stream", stream));
                return true;
            },
            stop);

    static ValueTask<int> DeleteStreams(DbSession session, long groupId) =>
        session.Execute(
            "DELETE FROM log_streams WHERE id IN (SELECT id FROM log_streams WHERE group_id = @group LIMIT @limit)",
            ("group", groupId), ("limit", Limits.ExpiryBatchRows));

    static async ValueTask<Deleted> DeleteChunks(DbSession session, long groupId, string which, params (string, object?)[] parameters)
    {
        var bytes = await session.Query(
            $"DELETE FROM log_chunks WHERE id IN (SELECT id FROM log_chunks WHERE {which} LIMIT @limit) RETURNING stored_bytes",
            row => row.Int(0),
            [("group", groupId), ("limit", Limits.ExpiryBatchRows), .. parameters]);
        var deleted = new Deleted(bytes.Count, bytes.Sum());
        await AddStoredBytes(session, groupId, -deleted.Bytes);
        return deleted;
    }
}

enum PutOutcome { Stored, NoGroup, NoStream }

readonly record struct Deleted(int Rows, long Bytes);

/// <summary>A place in the order in which chunks are searched.</summary>
readonly record struct ChunkPosition(long FirstMs, long Id)
{
    /// <summary>Before every chunk that can hold an event of the times.</summary>
    internal static ChunkPosition Start(bool backward, long fromMs, long untilMs) =>
        backward ? new(untilMs, long.MaxValue) : new(fromMs - Limits.MaxChunkSpanMs, 0);
}

/// <summary>A chunk as it was found, with its stream's name and when it was stored.</summary>
sealed record FoundChunk(string Stream, long IngestedMs, Chunk Chunk);
