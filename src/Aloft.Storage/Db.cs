namespace Aloft.Storage;

/// <summary>Which database is behind a <see cref="Db"/>; stores branch on it only where one SQL text cannot serve both.</summary>
public enum DbKind { Sqlite, PostgreSql }

/// <summary>
/// The one seam to durable state: reads, writes (each one transaction) and notifications.
/// A write is acknowledged, its task completed, only after it is durable.
/// </summary>
public abstract class Db : IAsyncDisposable
{
    public abstract DbKind Kind { get; }

    /// <summary>
    /// Runs <paramref name="read"/> against a consistent snapshot. It must not write, and may be run again when a connection was lost.
    /// Never blocks a thread that is not one of the pool.
    /// </summary>
    public abstract ValueTask<T> Read<T>(Func<DbSession, ValueTask<T>> read, CancellationToken stop);

    /// <summary>
    /// Runs <paramref name="write"/> as one transaction, serialisable on both databases. When it throws, all of it is rolled back, alone,
    /// and the exception reaches the caller. The delegate may be run again (a serialisation conflict on PostgreSQL), so it must have no
    /// effect outside the session. On SQLite many waiting writes share one commit, and the delegate must await nothing but the session.
    /// A failed statement fails the write, even when the delegate catches the <see cref="StorageException"/>: ask beforehand, or use
    /// <c>ON CONFLICT</c>. A write that is cancelled while it waits is not run; one that is run is never half done.
    /// </summary>
    public abstract ValueTask<T> Write<T>(Func<DbSession, ValueTask<T>> write, CancellationToken stop);

    public async ValueTask Write(Func<DbSession, ValueTask> write, CancellationToken stop) =>
        await Write(async session => { await write(session); return 0; }, stop);

    /// <summary>Brings the tables of one slice up to date, each script once, in order, recorded by slice and number.</summary>
    public abstract ValueTask Migrate(string slice, IReadOnlyList<Migration> migrations, CancellationToken stop);

    /// <summary>
    /// Tells every node, this one included, after the commit of whatever preceded it. Best effort: a hint to look, never the news itself.
    /// Channel and payload together have less than 7,900 bytes.
    /// </summary>
    public abstract ValueTask Notify(string channel, string payload, CancellationToken stop);

    /// <summary>
    /// Calls <paramref name="heard"/> for each notification on <paramref name="channel"/> until disposed. The handler must be quick and not
    /// throw. An empty payload means "look at everything": it also comes when a connection was lost, and perhaps notifications with it.
    /// </summary>
    public abstract IDisposable Listen(string channel, Action<string> heard);

    public abstract ValueTask DisposeAsync();
}

/// <summary>
/// The database that a transaction sees. Parameters are named in the SQL as <c>@name</c> and given with or without the <c>@</c>; a value is
/// a string, long, int, double, bool (stored as 0 or 1), byte[], ReadOnlyMemory&lt;byte&gt; or null. Not for concurrent use.
/// </summary>
public abstract class DbSession
{
    internal const string OnlyRollback = "An earlier statement of this transaction failed; it can only be rolled back.";

    /// <summary>Runs a statement; returns the number of rows it touched.</summary>
    public abstract ValueTask<int> Execute(string sql, params (string Name, object? Value)[] parameters);

    /// <summary>Runs a query; returns its rows, each mapped by <paramref name="map"/>. Bound it with LIMIT.</summary>
    public abstract ValueTask<List<T>> Query<T>(string sql, Func<DbRow, T> map, params (string Name, object? Value)[] parameters);

    /// <summary>The first row, or null when there is none.</summary>
    public async ValueTask<T?> QueryFirst<T>(string sql, Func<DbRow, T> map, params (string Name, object? Value)[] parameters)
        where T : class =>
        await Query(sql, map, parameters) is [var first, ..] ? first : null;
}

/// <summary>One row of a result; columns by position. Valid only inside the map function.</summary>
public abstract class DbRow
{
    public abstract bool IsNull(int column);
    public abstract string Text(int column);
    public abstract long Int(int column);
    public abstract double Real(int column);
    public abstract byte[] Bytes(int column);
    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);
    public long? IntOrNull(int column) => IsNull(column) ? null : Int(column);
}
