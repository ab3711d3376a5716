using System.Text.Json;
using Aloft.Storage;

namespace Aloft.Platform.CloudWatch;

/// <summary>Log groups and streams in the database, for SQLite and PostgreSQL. Their events are in <see cref="ChunkStore"/>.</summary>
sealed class LogStore(Db db, RowIds ids)
{
    const string GroupColumns = "id, name, created, retention_days, stored_bytes";
    const string StreamColumns = "id, name, created, first_event, last_event, last_ingestion";

    /// <summary>False when there is one already.</summary>
    internal ValueTask<bool> CreateGroup(
        LogGroupKey key, IReadOnlyDictionary<string, string> tags, DateTimeOffset now, CancellationToken stop) =>
        db.Write(session => InsertGroup(session, ids.Next(), key, tags, now), stop);

    internal static async ValueTask<bool> InsertGroup(
        DbSession session, long id, LogGroupKey key, IReadOnlyDictionary<string, string> tags, DateTimeOffset now) =>
        await session.Execute(
            """
            INSERT INTO log_groups (id, account, region, name, created, tags, stored_bytes)
            VALUES (@id, @account, @region, @name, @created, @tags, 0) ON CONFLICT DO NOTHING
            """,
            ("id", id), ("account", key.Account), ("region", key.Region), ("name", key.Name),
            ("created", now.ToUnixTimeMilliseconds()), ("tags", JsonSerializer.Serialize(tags))) == 1;

    /// <summary>The group goes at once; what hangs on it is marked for <see cref="ChunkStore.Sweep"/>. False when there is none.</summary>
    internal ValueTask<bool> DeleteGroup(LogGroupKey key, CancellationToken stop) =>
        db.Write(
            async session =>
            {
                if (await FindGroup(session, key) is not { } group)
                    return false;
                await session.Execute("DELETE FROM log_groups WHERE id = @id", ("id", group.Id));
                await MarkDeleted(session, group.Id, 0);
                return true;
            },
            stop);

    internal ValueTask<LogGroup?> FindGroup(LogGroupKey key, CancellationToken stop) => db.Read(session => FindGroup(session, key), stop);

    internal static ValueTask<LogGroup?> FindGroup(DbSession session, LogGroupKey key) =>
        session.QueryFirst(
            $"SELECT {GroupColumns} FROM log_groups WHERE account = @account AND region = @region AND name = @name",
            Group, ("account", key.Account), ("region", key.Region), ("name", key.Name));

    /// <summary>By name, after <paramref name="after"/>.</summary>
    internal ValueTask<List<LogGroup>> ListGroups(
        string account, string region, string prefix, string pattern, string after, int limit, CancellationToken stop)
    {
        var position = db.Kind == DbKind.PostgreSql ? "strpos" : "instr";
        return db.Read(
            session => session.Query(
                $"""
                SELECT {GroupColumns} FROM log_groups
                WHERE account = @account AND region = @region AND name > @after AND name >= @prefix AND name < @beyond
                  AND (@pattern = '' OR {position}(name, @pattern) > 0)
                ORDER BY name LIMIT @limit
                """,
                Group,
                ("account", account), ("region", region), ("after", after), ("prefix", prefix), ("beyond", Beyond(prefix)),
                ("pattern", pattern), ("limit", limit)),
            stop);
    }

    /// <summary>Null: keep for ever. False when there is no such group.</summary>
    internal ValueTask<bool> SetRetention(LogGroupKey key, int? days, CancellationToken stop) =>
        db.Write(
            async session => await session.Execute(
                "UPDATE log_groups SET retention_days = @days WHERE account = @account AND region = @region AND name = @name",
                ("days", (long?)days), ("account", key.Account), ("region", key.Region), ("name", key.Name)) == 1,
            stop);

    /// <summary>Null when there is no such group.</summary>
    internal ValueTask<SortedDictionary<string, string>?> Tags(LogGroupKey key, CancellationToken stop) =>
        db.Read(session => Tags(session, key), stop);

    /// <summary>In one transaction, which what <paramref name="change"/> throws undoes. False when there is no such group.</summary>
    internal ValueTask<bool> ChangeTags(LogGroupKey key, Action<SortedDictionary<string, string>> change, CancellationToken stop) =>
        db.Write(
            async session =>
            {
                if (await Tags(session, key) is not { } tags)
                    return false;
                change(tags);
                await session.Execute(
                    "UPDATE log_groups SET tags = @tags WHERE account = @account AND region = @region AND name = @name",
                    ("tags", JsonSerializer.Serialize(tags)), ("account", key.Account), ("region", key.Region), ("name", key.Name));
                return true;
            },
            stop);

    static ValueTask<SortedDictionary<string, string>?> Tags(DbSession session, LogGroupKey key) =>
        session.QueryFirst(
            "SELECT tags FROM log_groups WHERE account = @account AND region = @region AND name = @name",
            row => JsonSerializer.Deserialize<SortedDictionary<string, string>>(row.Text(0))!,
            ("account", key.Account), ("region", key.Region), ("name", key.Name));

    internal ValueTask<CreateStreamOutcome> CreateStream(LogStreamKey key, DateTimeOffset now, CancellationToken stop) =>
        db.Write(
            async session =>
            {
                if (await FindGroup(session, key.Group) is not { } group)
                    return CreateStreamOutcome.NoGroup;
                var created = await InsertStream(session, ids.Next(), group.Id, key.Name, now);
                return created ? CreateStreamOutcome.Created : CreateStreamOutcome.Exists;
            },
            stop);

    internal static async ValueTask<bool> InsertStream(DbSession session, long id, long groupId, string name, DateTimeOffset now) =>
        await session.Execute(
            """
            INSERT INTO log_streams (id, group_id, name, created, first_event, last_event, last_ingestion)
            VALUES (@id, @group, @name, @created, 0, 0, 0) ON CONFLICT DO NOTHING
            """,
            ("id", id), ("group", groupId), ("name", name), ("created", now.ToUnixTimeMilliseconds())) == 1;

    /// <summary>Whether there was one. Throws nothing for a missing group: ask for it first.</summary>
    internal ValueTask<bool> DeleteStream(long groupId, string name, CancellationToken stop) =>
        db.Write(
            async session =>
            {
                if (await FindStream(session, groupId, name) is not { } stream)
                    return false;
                await session.Execute("DELETE FROM log_streams WHERE id = @id", ("id", stream.Id));
                await MarkDeleted(session, groupId, stream.Id);
                return true;
            },
            stop);

    internal static ValueTask<LogStream?> FindStream(DbSession session, long groupId, string name) =>
        session.QueryFirst(
            $"SELECT {StreamColumns} FROM log_streams WHERE group_id = @group AND name = @name",
            Stream, ("group", groupId), ("name", name));

    internal ValueTask<LogStream?> FindStream(long groupId, string name, CancellationToken stop) =>
        db.Read(session => FindStream(session, groupId, name), stop);

    /// <summary>By name or by last event, either way, after the stream at which the page before ended.</summary>
    internal ValueTask<List<LogStream>> ListStreams(long groupId, StreamListing listing, int limit, CancellationToken stop)
    {
        var (order, comparison) = listing.Descending ? ("DESC", "<") : ("ASC", ">");
        var (columns, values) = listing.ByLastEvent ? ("last_event, name", "@lastEvent, @after") : ("name", "@after");
        var from = listing.After is null ? "" : $"AND ({columns}) {comparison} ({values})";
        return db.Read(
            session => session.Query(
                $"""
                SELECT {StreamColumns} FROM log_streams
                WHERE group_id = @group AND name >= @prefix AND name < @beyond {from}
                ORDER BY {columns.Replace(",", $" {order},", StringComparison.Ordinal)} {order} LIMIT @limit
                """,
                Stream,
                ("group", groupId), ("prefix", listing.Prefix), ("beyond", Beyond(listing.Prefix)),
                ("after", listing.After ?? ""), ("lastEvent", listing.AfterLastEventMs), ("limit", limit)),
            stop);
    }

    static async ValueTask MarkDeleted(DbSession session, long groupId, long streamId) =>
        await session.Execute(
            "INSERT INTO log_deletions (group_id, stream_id) VALUES (@group, @stream)", ("group", groupId), ("stream", streamId));

    /// <summary>Greater than every name with that prefix.</summary>
    internal static string Beyond(string prefix) => prefix + "\U0010FFFF";

    static LogGroup Group(DbRow row) => new(row.Int(0), row.Text(1), row.Int(2), (int?)row.IntOrNull(3), row.Int(4));

    static LogStream Stream(DbRow row) => new(row.Int(0), row.Text(1), row.Int(2), row.Int(3), row.Int(4), row.Int(5));
}

enum CreateStreamOutcome { Created, Exists, NoGroup }

/// <summary>Which streams to list in which order.</summary>
/// <param name="After">The last stream of the page before, with <paramref name="AfterLastEventMs"/>; null for the first page.</param>
sealed record StreamListing(string Prefix, bool ByLastEvent, bool Descending, string? After, long AfterLastEventMs);
