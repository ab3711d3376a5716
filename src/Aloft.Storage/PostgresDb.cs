using System.Data;
using Aloft.Storage.PostgreSql;
using Npgsql;

namespace Aloft.Storage;

/// <summary>A PostgreSQL database that the nodes of a cluster share. Needs no extension.</summary>
public sealed class PostgresDb : Db
{
    private const string MigrationLock = "SELECT pg_advisory_xact_lock(4703919738795935853)";

    private readonly NpgsqlDataSource source;
    private readonly PostgresErrors errors;
    private readonly PostgresListener listener;
    private readonly Subscriptions subscriptions;
    private readonly TimeProvider time;

    private PostgresDb(
        NpgsqlDataSource source, PostgresErrors errors, PostgresListener listener, Subscriptions subscriptions, TimeProvider time)
    {
        this.source = source;
        this.errors = errors;
        this.listener = listener;
        this.subscriptions = subscriptions;
        this.time = time;
    }

    public override DbKind Kind => DbKind.PostgreSql;

    /// <summary>
    /// Connects. <paramref name="url"/> is <c>postgres://user:password@host:port/database?sslmode=require</c> or an Npgsql connection
    /// string. Throws <see cref="StorageException"/> when the server is down or refuses.
    /// </summary>
    public static async ValueTask<PostgresDb> Open(string url, TimeProvider time, CancellationToken stop)
    {
        var settings = PostgresUrl.Parse(url);
        var errors = new PostgresErrors(settings);
        var subscriptions = new Subscriptions();
        try
        {
            var listener = await PostgresListener.Start(settings, subscriptions, stop);
            return new(NpgsqlDataSource.Create(settings), errors, listener, subscriptions, time);
        }
        catch (Exception e) when (PostgresErrors.IsKnown(e))
        {
            throw errors.Explain(e);
        }
    }

    public override ValueTask<T> Read<T>(Func<DbSession, ValueTask<T>> read, CancellationToken stop) =>
        Run(IsolationLevel.RepeatableRead, read, stop);

    public override ValueTask<T> Write<T>(Func<DbSession, ValueTask<T>> write, CancellationToken stop) =>
        Run(IsolationLevel.Serializable, write, stop);

    public override async ValueTask Migrate(string slice, IReadOnlyList<Migration> migrations, CancellationToken stop)
    {
        var ledger = new MigrationLedger(Kind, slice, migrations, time);
        // Read committed: a snapshot taken before the wait for the lock would not show what the node that had it did meanwhile.
        while (await Run(IsolationLevel.ReadCommitted, ApplyNext, stop)) stop.ThrowIfCancellationRequested();

        async ValueTask<bool> ApplyNext(DbSession session)
        {
            await session.Query(MigrationLock, _ => 0);
            return await ledger.ApplyNext(session);
        }
    }

    public override async ValueTask Notify(string channel, string payload, CancellationToken stop)
    {
        Subscriptions.Validate(channel, payload);
        listener.ThrowIfEnded();
        await Run(IsolationLevel.ReadCommitted, session => session.Query(
            $"SELECT pg_notify('{PostgresListener.Channel}', @message)", _ => 0, ("message", $"{channel}\n{payload}")), stop);
    }

    public override IDisposable Listen(string channel, Action<string> heard) => subscriptions.Add(channel, heard);

    public override async ValueTask DisposeAsync()
    {
        await listener.Close();
        await source.DisposeAsync();
    }

    private async ValueTask<T> Run<T>(IsolationLevel isolation, Func<DbSession, ValueTask<T>> body, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            switch (await Attempt(isolation, body, stop))
            {
                case Outcome<T>.Committed(var result): return result;
                case Outcome<T>.RolledBack(var failure) when attempt == Limits.Attempts: throw failure;
            }
            // The real clock: what is waited for are other transactions, which do not live in a test's time.
            var longest = Math.Min(1 << attempt, (int)Limits.RetryPause.TotalMilliseconds);
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(longest)), TimeProvider.System, stop);
        }
    }

    /// <summary>Throws what a second attempt would not change, or must not repeat because the first may have been committed.</summary>
    private async ValueTask<Outcome<T>> Attempt<T>(IsolationLevel isolation, Func<DbSession, ValueTask<T>> body, CancellationToken stop)
    {
        PostgresSession? session = null;
        var committing = false;
        try
        {
            await using var connection = await source.OpenConnectionAsync(stop);
            await using var transaction = await connection.BeginTransactionAsync(isolation, stop);
            session = new(connection, errors, stop);
            var result = await body(session);
            if (session.Failure is not null) throw session.Failure;
            committing = true;
            await transaction.CommitAsync(CancellationToken.None);
            return new Outcome<T>.Committed(result);
        }
        catch (Exception e)
        {
            var failure = session?.Failure ?? (PostgresErrors.IsKnown(e) ? errors.Explain(e) : null);
            var worthAnother = failure?.Failure switch
            {
                StorageFailure.Conflict => true,
                // Connections that the pool kept over a restart of the server fail at their first use; a server that is down refuses
                // new ones, and then there is no session.
                StorageFailure.Unavailable => session is not null && !committing,
                _ => false,
            };
            if (worthAnother) return new Outcome<T>.RolledBack(failure!);
            if (PostgresErrors.IsKnown(e)) throw failure!;
            throw;
        }
    }

    private abstract record Outcome<T>
    {
        private Outcome() { }
        public sealed record Committed(T Result) : Outcome<T>;
        public sealed record RolledBack(StorageException Failure) : Outcome<T>;
    }
}
