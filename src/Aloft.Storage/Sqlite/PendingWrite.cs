using System.Threading.Tasks.Sources;

namespace Aloft.Storage.Sqlite;

/// <summary>A write on its way to the writer, and the task that its caller awaits, in one object.</summary>
internal abstract class PendingWrite(CancellationToken stop)
{
    public CancellationToken Stop => stop;

    /// <summary>Runs the caller's delegate and keeps its result; nobody learns of it before <see cref="Acknowledge"/>.</summary>
    public abstract void Run(SqliteSession session);

    public abstract void Acknowledge();

    public abstract void Fail(Exception e);
}

internal sealed class PendingWrite<T> : PendingWrite, IValueTaskSource<T>
{
    private readonly Func<DbSession, ValueTask<T>> write;
    private ManualResetValueTaskSourceCore<T> completion;
    private T result = default!;

    public PendingWrite(Func<DbSession, ValueTask<T>> write, CancellationToken stop) : base(stop)
    {
        this.write = write;
        // The writer's thread has the next commit to do; whatever the caller does next runs on the pool.
        completion.RunContinuationsAsynchronously = true;
    }

    public ValueTask<T> Completion => new(this, completion.Version);

    public override void Run(SqliteSession session)
    {
        try
        {
            var running = write(session);
            if (!running.IsCompleted)
            {
                throw new InvalidOperationException(
                    "A write awaited something other than its session. On SQLite it holds up every other write: await before or after it.");
            }
            result = running.Result;
        }
        catch
        {
            session.Abandon();
            throw;
        }
        session.End();
    }

    public override void Acknowledge() => completion.SetResult(result);

    public override void Fail(Exception e) => completion.SetException(e);

    T IValueTaskSource<T>.GetResult(short token) => completion.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => completion.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        completion.OnCompleted(continuation, state, token, flags);
}
