using System.Security.Cryptography;

namespace Aloft.Storage;

/// <summary>
/// Blobs in the database, where every node finds them, each fetched once per node into a folder of files.
/// Its tables are those of the migrations in <see cref="Open"/>.
/// </summary>
public sealed class DbBlobStore : BlobStore
{
    private static readonly Migration[] Migrations =
    [
        new(1, """
            CREATE TABLE blob (
              sha256    TEXT  NOT NULL PRIMARY KEY,
              size      {int} NOT NULL,
              stored_at {int} NOT NULL -- milliseconds since 1970, of the latest time that it was put
            );
            CREATE TABLE blob_chunk (
              sha256  TEXT    NOT NULL REFERENCES blob (sha256) ON DELETE CASCADE,
              number  {int}   NOT NULL,
              content {bytes} NOT NULL,
              PRIMARY KEY (sha256, number)
            )
            """),
    ];

    private readonly Db db;
    private readonly FileBlobStore cache;
    private readonly TimeProvider time;

    private DbBlobStore(Db db, string cacheFolder, TimeProvider time)
    {
        this.db = db;
        this.time = time;
        cache = new(cacheFolder, time);
    }

    /// <summary>One process at a time may use <paramref name="cacheFolder"/>.</summary>
    public static async ValueTask<DbBlobStore> Open(Db db, string cacheFolder, TimeProvider time, CancellationToken stop)
    {
        await db.Migrate("blobs", Migrations, stop);
        return new(db, cacheFolder, time);
    }

    public override async ValueTask<string> Put(ReadOnlyMemory<byte> content, CancellationToken stop)
    {
        await PoolThread.Enter();
        var digest = Convert.ToHexStringLower(SHA256.HashData(content.Span));
        await db.Write(session => Store(session, digest, content), stop);
        return digest;
    }

    public override async ValueTask<string?> FindFile(string sha256, CancellationToken stop)
    {
        if (await cache.FindFile(sha256, stop) is { } cached) return cached;
        return await db.Read(session => Fetch(session, sha256, stop), stop);
    }

    /// <summary>Sweeps the database and this node's files; the bytes are those of the database.</summary>
    public override async ValueTask<long> Sweep(IReadOnlySet<string> live, TimeSpan age, CancellationToken stop)
    {
        var newest = (time.GetUtcNow() - age).ToUnixTimeMilliseconds();
        var freed = 0L;
        var after = "";
        while (await db.Read(session => OldBlobs(session, after, newest), stop) is [.., var last] page)
        {
            foreach (var sha256 in page.Where(sha256 => !live.Contains(sha256)))
                freed += await db.Write(session => DeleteIfOlder(session, sha256, newest), stop);
            after = last;
        }
        await cache.Sweep(live, age, stop);
        return freed;
    }

    private async ValueTask<bool> Store(DbSession session, string digest, ReadOnlyMemory<byte> content)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var added = await session.Execute(
            "INSERT INTO blob (sha256, size, stored_at) VALUES (@sha256, @size, @now) ON CONFLICT (sha256) DO NOTHING",
            ("sha256", digest), ("size", content.Length), ("now", now));
        if (added == 0)
        {
            await session.Execute("UPDATE blob SET stored_at = @now WHERE sha256 = @sha256", ("now", now), ("sha256", digest));
            return false;
        }
        for (var number = 0; number * Limits.BlobChunkBytes < content.Length; number++)
        {
            var rest = content[(number * Limits.BlobChunkBytes)..];
            await session.Execute("INSERT INTO blob_chunk (sha256, number, content) VALUES (@sha256, @number, @content)",
                ("sha256", digest), ("number", number), ("content", rest[..Math.Min(rest.Length, Limits.BlobChunkBytes)]));
        }
        return true;
    }

    private async ValueTask<string?> Fetch(DbSession session, string sha256, CancellationToken stop)
    {
        var sizes = await session.Query("SELECT size FROM blob WHERE sha256 = @sha256", row => row.Int(0), ("sha256", sha256));
        if (sizes is not [var size]) return null;
        return await cache.Add(sha256, async (file, token) =>
        {
            for (var number = 0L; number * Limits.BlobChunkBytes < size; number++)
            {
                var chunks = await session.Query("SELECT content FROM blob_chunk WHERE sha256 = @sha256 AND number = @number",
                    row => row.Bytes(0), ("sha256", sha256), ("number", number));
                foreach (var chunk in chunks) await file.WriteAsync(chunk, token);
            }
            await FileBlobStore.Verify(file, sha256, token);
        }, stop);
    }

    private static ValueTask<List<string>> OldBlobs(DbSession session, string after, long newest) => session.Query(
        "SELECT sha256 FROM blob WHERE sha256 > @after AND stored_at <= @newest ORDER BY sha256 LIMIT 1000",
        row => row.Text(0), ("after", after), ("newest", newest));

    /// <summary>Looks at the age again: it may have been put anew since it was listed.</summary>
    private static async ValueTask<long> DeleteIfOlder(DbSession session, string sha256, long newest)
    {
        var sizes = await session.Query("DELETE FROM blob WHERE sha256 = @sha256 AND stored_at <= @newest RETURNING size",
            row => row.Int(0), ("sha256", sha256), ("newest", newest));
        return sizes.Sum();
    }
}
