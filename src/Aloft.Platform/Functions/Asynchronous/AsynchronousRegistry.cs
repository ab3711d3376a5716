using Aloft.Platform.Functions.Registry;
using Aloft.Storage;
using Microsoft.Extensions.Logging;

namespace Aloft.Platform.Functions.Asynchronous;

/// <summary>
/// The settings of asynchronous invocation: durable in <see cref="Db"/>, and those that have been looked up kept in memory, for every
/// event asks for them. They go with their function, in the same transaction.
/// </summary>
public sealed partial class AsynchronousRegistry : IDisposable
{
    const string Channel = "async";

    readonly Db db;
    readonly TimeProvider time;
    readonly ILogger log;
    readonly LookupCache<(FunctionKey, string), AsynchronousSettings> kept = new(Limits.KeptSettings);
    IDisposable? hearing;

    internal AsynchronousRegistry(Db db, FunctionRegistry functions, TimeProvider time, ILogger log)
    {
        (this.db, this.time, this.log) = (db, time, log);
        functions.Changed += Forget; // a function that is deleted takes its settings with it
    }

    internal async ValueTask Start(CancellationToken stop)
    {
        await db.Migrate("async", AsynchronousStore.Migrations, stop);
        hearing = db.Listen(Channel, Hear);
    }

    /// <summary>What holds for events sent to the function under this qualifier (null is <c>$LATEST</c>). From memory when asked before.</summary>
    public ValueTask<AsynchronousSettings> Of(FunctionKey key, string? qualifier, CancellationToken stop)
    {
        var slot = (key, qualifier ?? FunctionVersion.Latest);
        return kept.TryGet(slot, out var settings) ? new(settings) : Read();

        async ValueTask<AsynchronousSettings> Read()
        {
            var stamp = kept.Stamp();
            var read = await db.Read(
                async session => new AsynchronousSettings(
                    key, await AsynchronousStore.Find(session, key, slot.Item2), await AsynchronousStore.Loop(session, key)), stop);
            kept.Keep(slot, read, stamp);
            return read;
        }
    }

    /// <summary>The configurations of a function in the order of their qualifiers, those after <paramref name="after"/>.</summary>
    public ValueTask<List<EventInvokeConfig>> List(FunctionKey key, string after, int limit, CancellationToken stop) =>
        db.Read(session => AsynchronousStore.List(session, key, after, limit), stop);

    /// <summary>
    /// Makes a new configuration of the one that there is (null for none) and stores it, as modified now. Throws
    /// <c>ResourceNotFoundException</c> when the function is gone.
    /// </summary>
    /// <param name="change">May be called more than once: it must only compute.</param>
    public ValueTask<EventInvokeConfig> Put(
        FunctionKey key, string qualifier, Func<EventInvokeConfig?, EventInvokeConfig> change, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        return Change(
            key,
            async session =>
            {
                await CheckExists(session, key);
                var config = change(await AsynchronousStore.Find(session, key, qualifier)) with { LastModified = now };
                await AsynchronousStore.Put(session, config);
                return config;
            },
            stop);
    }

    /// <summary>False when there was none.</summary>
    public async ValueTask<bool> Delete(FunctionKey key, string qualifier, CancellationToken stop) =>
        await Change(key, session => AsynchronousStore.Delete(session, key, qualifier), stop) > 0;

    /// <summary>Throws <c>ResourceNotFoundException</c> when the function is gone.</summary>
    public async ValueTask SetLoop(FunctionKey key, RecursiveLoop loop, CancellationToken stop) => await Change(
        key,
        async session =>
        {
            await CheckExists(session, key);
            return await AsynchronousStore.PutLoop(session, key, loop);
        },
        stop);

    static async ValueTask CheckExists(DbSession session, FunctionKey key)
    {
        if (await FunctionStore.Find(session, key) is null)
            throw RegistryError.NotFound(key);
    }

    async ValueTask<T> Change<T>(FunctionKey key, Func<DbSession, ValueTask<T>> write, CancellationToken stop)
    {
        try
        {
            return await db.Write(write, stop);
        }
        finally
        {
            await Announce(key); // also after a failure, which may have struck behind the commit
        }
    }

    async ValueTask Announce(FunctionKey key)
    {
        Forget(key);
        try
        {
            await db.Notify(Channel, $"{key.Account}|{key.Region}|{key.Name}", CancellationToken.None);
        }
        catch (StorageException fault)
        {
            // Nodes that miss the hint have lost the database too, and look at everything when they have it back.
            LogHintLost(fault, key.Arn.ToString());
        }
    }

    void Forget(FunctionKey key) => kept.DropWhere(settings => settings.Function == key);

    /// <summary>Runs on the thread that brings notifications. An empty one means that some may have been lost.</summary>
    void Hear(string payload)
    {
        if (payload.Split('|') is [var account, var region, var name])
            Forget(new(account, region, name));
        else
            kept.DropAll();
    }

    public void Dispose() => hearing?.Dispose();

    [LoggerMessage(20, LogLevel.Warning, "Other nodes could not be told that the asynchronous settings of {Function} changed.")]
    partial void LogHintLost(Exception fault, string function);
}
