using System.Collections.Concurrent;

namespace Aloft.Storage.Sqlite;

/// <summary>
/// A few connections that only read, opened when first needed. Each read sees one snapshot of the log and never waits for the writer.
/// </summary>
internal sealed class SqliteReaders(string path)
{
    private readonly SemaphoreSlim free = new(Limits.Readers);
    private readonly ConcurrentStack<PreparedConnection> idle = new();
    private volatile bool closed;

    /// <summary>Cancelling interrupts a statement that runs.</summary>
    public async ValueTask<T> Read<T>(Func<DbSession, ValueTask<T>> read, CancellationToken stop)
    {
        await free.WaitAsync(stop);
        try
        {
            ObjectDisposedException.ThrowIf(closed, typeof(SqliteDb));
            var connection = idle.TryPop(out var used) ? used : PreparedConnection.ForReading(path);
            try
            {
                return await ReadFrom(connection, read, stop);
            }
            finally
            {
                if (connection.InTransaction) connection.Run("ROLLBACK");
                idle.Push(connection);
            }
        }
        finally
        {
            free.Release();
        }
    }

    /// <summary>Waits for the reads that run, then closes their connections.</summary>
    public async Task Close()
    {
        closed = true;
        for (var i = 0; i < Limits.Readers; i++) await free.WaitAsync();
        foreach (var connection in idle) connection.Dispose();
        idle.Clear();
        free.Release(Limits.Readers);
    }

    private static async ValueTask<T> ReadFrom<T>(PreparedConnection connection, Func<DbSession, ValueTask<T>> read, CancellationToken stop)
    {
        // The registration ends before the connection is given back: a late cancellation must not hit its next user.
        await using var interruption = stop.UnsafeRegister(static reading => ((PreparedConnection)reading!).Interrupt(), connection);
        connection.Run("BEGIN DEFERRED");
        var session = new SqliteSession(connection, stop);
        try
        {
            var result = await read(session);
            session.End();
            return result;
        }
        finally
        {
            session.Abandon();
        }
    }
}
