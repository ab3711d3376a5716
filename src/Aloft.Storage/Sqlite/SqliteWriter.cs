using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Aloft.Storage.Sqlite;

/// <summary>
/// The one thread that writes. It runs the waiting writes one after another in one transaction, each in a savepoint of its own, and
/// acknowledges them together after the commit: the price of the fsync is shared, and nobody is told anything that is not durable.
/// </summary>
internal sealed class SqliteWriter
{
    private readonly PreparedConnection connection;
    private readonly TimeProvider time;
    private readonly List<PendingWrite> uncommitted = new(Limits.WritesPerCommit);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Synchronous continuations: a new write wakes the writer's thread itself, not by way of the pool.
    private readonly Channel<PendingWrite> waiting = Channel.CreateBounded<PendingWrite>(
        new BoundedChannelOptions(Limits.WaitingWrites) { SingleReader = true, AllowSynchronousContinuations = true });

    /// <summary>Takes over <paramref name="connection"/> and closes it at the end.</summary>
    public SqliteWriter(PreparedConnection connection, TimeProvider time)
    {
        this.connection = connection;
        this.time = time;
        new Thread(Run) { IsBackground = true, Name = "sqlite writer" }.Start();
    }

    /// <summary>
    /// Completes after the commit that holds the write. A token cancelled before the writer takes the write means that it is not run; later
    /// it changes nothing.
    /// </summary>
    public ValueTask<T> Write<T>(Func<DbSession, ValueTask<T>> write, CancellationToken stop)
    {
        if (stop.IsCancellationRequested) return ValueTask.FromCanceled<T>(stop);
        var pending = new PendingWrite<T>(write, stop);
        return waiting.Writer.TryWrite(pending) ? pending.Completion : WhenThereIsRoom(pending, stop);
    }

    /// <summary>Takes no more writes, finishes those that wait, closes the connection.</summary>
    public Task Close()
    {
        waiting.Writer.TryComplete();
        return ended.Task;
    }

    private async ValueTask<T> WhenThereIsRoom<T>(PendingWrite<T> pending, CancellationToken stop)
    {
        try
        {
            await waiting.Writer.WriteAsync(pending, stop);
        }
        catch (ChannelClosedException e)
        {
            throw new ObjectDisposedException("The database is closed.", e.InnerException ?? e);
        }
        return await pending.Completion;
    }

    private void Run()
    {
        try
        {
            while (AnyWaiting()) CommitTogether();
            connection.Dispose();
            ended.SetResult();
        }
        catch (Exception e)
        {
            // Only a connection that cannot even roll back gets here. Every later write fails with the reason.
            waiting.Writer.TryComplete(e);
            foreach (var lost in uncommitted) lost.Fail(e);
            while (waiting.Reader.TryRead(out var write)) write.Fail(e);
            ended.SetException(e);
        }
    }

    private bool AnyWaiting()
    {
        var any = waiting.Reader.WaitToReadAsync();
        return any.IsCompleted ? any.Result : any.AsTask().GetAwaiter().GetResult();
    }

    private void CommitTogether()
    {
        if (!waiting.Reader.TryRead(out var write)) return;
        var began = time.GetTimestamp();
        try
        {
            uncommitted.Add(write);
            connection.Run("BEGIN IMMEDIATE");
            uncommitted.Clear();
            do RunAlone(write);
            while (uncommitted.Count < Limits.WritesPerCommit && time.GetElapsedTime(began) < Limits.TimePerCommit
                && waiting.Reader.TryRead(out write));
            connection.Run("COMMIT");
        }
        catch (Exception e)
        {
            if (connection.InTransaction) connection.Run("ROLLBACK");
            var reason = e switch
            {
                SqliteException native => connection.Explain(native),
                StorageException => e,
                _ => new StorageException(StorageFailure.Unavailable, "SQLite rolled back this write together with a failed one.", e),
            };
            foreach (var lost in uncommitted) lost.Fail(reason);
            uncommitted.Clear();
            return;
        }
        foreach (var durable in uncommitted) durable.Acknowledge();
        uncommitted.Clear();
    }

    private void RunAlone(PendingWrite write)
    {
        if (write.Stop.IsCancellationRequested)
        {
            write.Fail(new OperationCanceledException(write.Stop));
            return;
        }
        uncommitted.Add(write);
        connection.Run("SAVEPOINT alone");
        try
        {
            write.Run(new SqliteSession(connection, write.Stop));
        }
        catch (Exception e) when (connection.InTransaction)
        {
            connection.Run("ROLLBACK TO alone");
            connection.Run("RELEASE alone");
            uncommitted.RemoveAt(uncommitted.Count - 1);
            write.Fail(e);
            return;
        }
        connection.Run("RELEASE alone");
    }
}
