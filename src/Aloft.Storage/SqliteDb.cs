using Aloft.Storage.Sqlite;

namespace Aloft.Storage;

/// <summary>
/// A database file of this process. Writes run on one thread of their own that shares a commit among those that wait; reads run on the
/// thread pool, so that neither ever blocks a thread that serves sockets.
/// </summary>
public sealed class SqliteDb : Db
{
    private readonly SqliteWriter writer;
    private readonly SqliteReaders readers;
    private readonly TimeProvider time;
    private readonly Subscriptions subscriptions = new();

    private SqliteDb(string path, TimeProvider time)
    {
        this.time = time;
        writer = new(PreparedConnection.ForWriting(path), time);
        readers = new(path);
    }

    public override DbKind Kind => DbKind.Sqlite;

    /// <summary>
    /// Opens the file, or makes it. Throws <see cref="StorageException"/> when it is damaged, locked or may not be written.
    /// </summary>
    public static SqliteDb Open(string path, TimeProvider time) => new(path, time);

    public override async ValueTask<T> Read<T>(Func<DbSession, ValueTask<T>> read, CancellationToken stop)
    {
        await PoolThread.Enter();
        return await readers.Read(read, stop);
    }

    public override ValueTask<T> Write<T>(Func<DbSession, ValueTask<T>> write, CancellationToken stop) => writer.Write(write, stop);

    public override async ValueTask Migrate(string slice, IReadOnlyList<Migration> migrations, CancellationToken stop)
    {
        var ledger = new MigrationLedger(Kind, slice, migrations, time);
        while (await Write(ledger.ApplyNext, stop)) stop.ThrowIfCancellationRequested();
    }

    public override ValueTask Notify(string channel, string payload, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        Subscriptions.Validate(channel, payload);
        subscriptions.Publish(channel, payload);
        return ValueTask.CompletedTask;
    }

    public override IDisposable Listen(string channel, Action<string> heard) => subscriptions.Add(channel, heard);

    /// <summary>Finishes the writes and reads that were accepted.</summary>
    public override async ValueTask DisposeAsync()
    {
        await writer.Close();
        await readers.Close();
    }
}
