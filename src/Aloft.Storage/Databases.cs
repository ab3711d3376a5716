using Aloft.Storage.PostgreSql;

namespace Aloft.Storage;

/// <summary>The storage that a node's <c>--db</c> asks for.</summary>
public static class Databases
{
    /// <param name="db"><c>sqlite</c>, a <c>postgres://</c> URL or an Npgsql connection string.</param>
    /// <param name="data">Where SQLite has its file.</param>
    public static async ValueTask<Db> Open(string db, DataFolder data, TimeProvider time, CancellationToken stop)
    {
        if (db.Equals("sqlite", StringComparison.OrdinalIgnoreCase)) return SqliteDb.Open(Path.Combine(data.Path, "aloft.db"), time);
        if (PostgresUrl.IsUrl(db) || db.Contains('=')) return await PostgresDb.Open(db, time, stop);
        throw new StorageException(StorageFailure.Invalid,
            $"There is no database '{db}'. Say sqlite, or postgres://user:password@host:port/database.");
    }

    /// <summary>Blobs are files of the data folder, or with PostgreSQL rows that all nodes share, with the folder as a cache.</summary>
    public static async ValueTask<BlobStore> OpenBlobs(Db db, DataFolder data, TimeProvider time, CancellationToken stop) => db.Kind switch
    {
        DbKind.Sqlite => new FileBlobStore(data.Folder("blobs"), time),
        _ => await DbBlobStore.Open(db, data.Folder("blob-cache"), time, stop),
    };
}
