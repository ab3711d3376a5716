using Aloft.Storage;

namespace Aloft.Tests.Functions.Registry;

/// <summary>A database whose next read, after it has looked, is held back until the test lets it go; or that fails when told to.</summary>
sealed class PausingDb(Db inner) : Db
{
    TaskCompletionSource? hold;
    readonly TaskCompletionSource looked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override DbKind Kind => inner.Kind;

    /// <summary>Completes when the held read has looked.</summary>
    public Task Looked => looked.Task;

    public bool FailsToNotify { get; set; }

    /// <summary>The write happens, and its outcome is lost.</summary>
    public bool LosesOutcomes { get; set; }

    public TaskCompletionSource HoldNextRead() => hold = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override async ValueTask<T> Read<T>(Func<DbSession, ValueTask<T>> read, CancellationToken stop)
    {
        var held = Interlocked.Exchange(ref hold, null);
        var result = await inner.Read(read, stop);
        if (held is not null)
        {
            looked.TrySetResult();
            await held.Task;
        }
        return result;
    }

    public override async ValueTask<T> Write<T>(Func<DbSession, ValueTask<T>> write, CancellationToken stop)
    {
        var result = await inner.Write(write, stop);
        return LosesOutcomes ? throw Lost() : result;
    }

    public override ValueTask Migrate(string slice, IReadOnlyList<Migration> migrations, CancellationToken stop) =>
        inner.Migrate(slice, migrations, stop);

    public override ValueTask Notify(string channel, string payload, CancellationToken stop) =>
        FailsToNotify ? throw Lost() : inner.Notify(channel, payload, stop);

    public override IDisposable Listen(string channel, Action<string> heard) => inner.Listen(channel, heard);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    static StorageException Lost() => new(StorageFailure.Unavailable, "The connection was lost.");
}
