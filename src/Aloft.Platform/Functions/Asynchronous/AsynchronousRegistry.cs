using Aloft.Platform.Functions.Registry;
using Aloft.Storage;

namespace Aloft.Platform.Functions.Asynchronous;

/// <summary>
/// The settings of asynchronous invocation: durable in <see cref="Db"/>, and those that have been looked up kept in memory, for every
/// event asks for them. They go with their function, in the same transaction.
/// </summary>
public sealed class AsynchronousRegistry
{
    readonly Db db;
    readonly FunctionRegistry functions;
    readonly TimeProvider time;
    readonly LookupCache<(FunctionKey, string), AsynchronousSettings> kept = new(Limits.KeptSettings);

    internal AsynchronousRegistry(Db db, FunctionRegistry functions, TimeProvider time)
    {
        (this.db, this.functions, this.time) = (db, functions, time);
        functions.Changed += Forget;
    }

    internal ValueTask Migrate(CancellationToken stop) => db.Migrate("async", AsynchronousStore.Migrations, stop);

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
        return functions.Change(
            key,
            async session =>
            {
                await FunctionChanges.Existing(session, key);
                var config = change(await AsynchronousStore.Find(session, key, qualifier)) with { LastModified = now };
                await AsynchronousStore.Put(session, config);
                return config;
            },
            stop);
    }

    /// <summary>False when there was none.</summary>
    public async ValueTask<bool> Delete(FunctionKey key, string qualifier, CancellationToken stop) =>
        await functions.Change(key, session => AsynchronousStore.Delete(session, key, qualifier), stop) > 0;

    /// <summary>Throws <c>ResourceNotFoundException</c> when the function is gone.</summary>
    public async ValueTask SetLoop(FunctionKey key, RecursiveLoop loop, CancellationToken stop) => await functions.Change(
        key,
        async session =>
        {
            await FunctionChanges.Existing(session, key);
            return await AsynchronousStore.PutLoop(session, key, loop);
        },
        stop);

    void Forget(FunctionKey key) => kept.DropWhere(settings => settings.Function == key);

    /// <summary>Notifications may have been lost.</summary>
    internal void ForgetAll() => kept.DropAll();
}
