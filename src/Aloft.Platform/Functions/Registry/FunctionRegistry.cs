using System.Security.Cryptography;
using Aloft.Platform.Functions.Asynchronous;
using Aloft.Platform.Functions.Code;
using Aloft.Platform.Functions.Layers;
using Aloft.Platform.Functions.Provisioning;
using Aloft.Storage;
using Microsoft.Extensions.Logging;

namespace Aloft.Platform.Functions.Registry;

/// <summary>
/// The functions of this cloud: durable in <see cref="Db"/>, and every one that has been looked up kept in memory, so that an
/// invocation costs no read. Changes by other nodes arrive as notifications and drop what is kept.
/// </summary>
public sealed partial class FunctionRegistry : IAsyncDisposable
{
    /// <summary>Bytes that the packages of an account and region may have together.</summary>
    public const long CodeStorageLimit = Limits.CodeStorageBytes;

    const string Channel = "functions";

    readonly Db db;
    readonly TimeProvider time;
    readonly ILogger log;
    readonly FunctionStore store;
    readonly Activation activation;
    readonly Refresh refresh;
    readonly string node = Guid.NewGuid().ToString("N");
    readonly LookupCache<FunctionKey, FunctionRecord> functions = new(Limits.KeptLookups);
    readonly Routes routes;
    readonly SemaphoreSlim reservationsTurn = new(1);
    volatile Reservations reservations = Reservations.None;
    IDisposable? hearing;

    /// <summary>Call <see cref="Start"/> before anything else.</summary>
    public FunctionRegistry(Db db, CodeStore code, TimeProvider time, ILogger<FunctionRegistry> log)
    {
        (this.db, this.time, this.log) = (db, time, log);
        store = new(db);
        Layers = new(db, time);
        routes = new(db);
        Releases = new(db, this);
        Policies = new(db, this);
        Urls = new(store, this, time);
        activation = new(store, code, Announce, log);
        refresh = new(ReadConcurrency, log);
        Asynchronous = new(db, this, time);
        Provisioned = new(db, this, time);
    }

    /// <summary>What functions share.</summary>
    public LayerRegistry Layers { get; }

    /// <summary>How the functions are invoked asynchronously.</summary>
    public AsynchronousRegistry Asynchronous { get; }

    /// <summary>How many of their instances are kept initialised.</summary>
    public ProvisionedRegistry Provisioned { get; }

    /// <summary>Versions and aliases.</summary>
    public Releases Releases { get; }

    public ResourcePolicies Policies { get; }

    public UrlRegistry Urls { get; }

    /// <summary>Makes the tables, listens to other nodes, and takes up the functions that a kill left between two states.</summary>
    public async ValueTask Start(CancellationToken stop)
    {
        await db.Migrate("functions", FunctionStore.Migrations, stop);
        await Layers.Migrate(stop);
        await Asynchronous.Migrate(stop);
        await Provisioned.Migrate(stop);
        hearing = db.Listen(Channel, Hear); // before the first look: a change in between must not be missed
        await ReadConcurrency(stop);
        await Recover(stop);
    }

    /// <summary>
    /// What the next invocation with this qualifier (null, <c>$LATEST</c>, a version, an alias) runs, or null when there is no such
    /// function or version; of a weighted alias drawn anew each time. From memory, without a task, when it has been looked up before.
    /// It may be <c>Pending</c>: see <see cref="WhenSettled"/>.
    /// </summary>
    public ValueTask<FunctionVersion?> Find(FunctionKey key, string? qualifier, CancellationToken stop)
    {
        if (qualifier is null or FunctionVersion.Latest)
            return functions.TryGet(key, out var record) ? new(record.Latest) : ReadLatest(key, stop);
        return routes.TryGet(key, qualifier, out var route) ? new(route.Draw()) : ReadRoute(key, qualifier, stop);
    }

    async ValueTask<FunctionVersion?> ReadLatest(FunctionKey key, CancellationToken stop) => (await FindRecord(key, stop))?.Latest;

    async ValueTask<FunctionVersion?> ReadRoute(FunctionKey key, string qualifier, CancellationToken stop) =>
        (await routes.Read(key, qualifier, stop))?.Draw();

    /// <summary>The version that the qualifier shows: of a weighted alias always the first. Null when there is none.</summary>
    public async ValueTask<FunctionVersion?> FindShown(FunctionKey key, string? qualifier, CancellationToken stop)
    {
        if (qualifier is null or FunctionVersion.Latest)
            return await Find(key, qualifier, stop);
        return (routes.TryGet(key, qualifier, out var route) ? route : await routes.Read(key, qualifier, stop))?.Version;
    }

    /// <summary>The function with its tags and reservation, or null.</summary>
    public async ValueTask<FunctionRecord?> FindRecord(FunctionKey key, CancellationToken stop)
    {
        if (functions.TryGet(key, out var kept))
            return kept;
        var stamp = functions.Stamp();
        var record = await store.Find(key, stop);
        if (record is not null)
            functions.Keep(key, record, stamp);
        return record;
    }

    /// <summary>
    /// Waits, for a bounded time, until a version that was created or changed just now is ready or has failed; at once when it is
    /// already. Returns it as it is then; null when it is gone.
    /// </summary>
    public async ValueTask<FunctionVersion?> WhenSettled(FunctionVersion version, CancellationToken stop)
    {
        if (!version.IsSettling)
            return version;
        await activation.Wait(version, time, stop);
        return await Find(version.Key, version.Version, stop);
    }

    /// <summary>The same of <c>$LATEST</c>.</summary>
    public async ValueTask WaitUntilActive(FunctionKey key, CancellationToken stop)
    {
        if (await Find(key, null, stop) is { } latest)
            await WhenSettled(latest, stop);
    }

    /// <summary>The function's reserved concurrency, or null. From memory.</summary>
    public int? ReservedConcurrency(FunctionKey key) => reservations.Of(key)?.Reserved;

    /// <summary>
    /// What the functions of an account and region have for themselves: reserved, or provisioned where nothing is reserved. From memory.
    /// </summary>
    public int ClaimedConcurrency(string account, string region) => reservations.Claimed(account, region);

    /// <summary>All of it, as it is now. From memory.</summary>
    internal Reservations Concurrency => reservations;

    /// <summary>Raised after a function changed or went, here or on another node. The handler must be quick and not throw.</summary>
    public event Action<FunctionKey>? Changed;

    /// <summary>Functions in the order of their names, those after <paramref name="after"/>.</summary>
    public ValueTask<List<FunctionRecord>> List(string account, string region, string after, int limit, CancellationToken stop) =>
        store.List(account, region, after, limit, stop);

    public ValueTask<AccountUsage> Usage(string account, string region, CancellationToken stop) => store.Usage(account, region, stop);

    /// <summary>The digests of all packages that a function refers to or a layer has: what a sweep of code and blobs must spare.</summary>
    public ValueTask<IReadOnlySet<string>> Digests(CancellationToken stop) => store.Digests(stop);

    /// <summary>Stores a new function as <c>Pending</c> and begins to make it active. Throws when the name is taken.</summary>
    public async ValueTask<FunctionVersion> Create(FunctionVersion wanted, IReadOnlyDictionary<string, string> tags, CancellationToken stop)
    {
        var created = Renewed(wanted) with { State = FunctionState.Pending };
        await Change(created.Key, session => FunctionChanges.Create(session, created, tags), stop);
        BeginSettling(created);
        return created;
    }

    /// <summary>
    /// Changes <c>$LATEST</c> to a new revision and begins to make it ready. Throws when there is no such function, when it is between
    /// two states, and when <paramref name="expectedRevision"/> is given and not the current one.
    /// </summary>
    /// <param name="change">May be called more than once: it must only compute.</param>
    public async ValueTask<FunctionVersion> Update(
        FunctionKey key, string? expectedRevision, Func<FunctionVersion, FunctionVersion> change, CancellationToken stop)
    {
        var updated = await Change(
            key, session => FunctionChanges.Update(session, key, expectedRevision, current => Renewed(change(current))), stop);
        BeginSettling(updated);
        return updated;
    }

    /// <summary>Throws what <see cref="Update"/> would throw for this function as it is now.</summary>
    public static void CheckUpdatable(FunctionVersion current, string? expectedRevision) =>
        FunctionChanges.CheckUpdatable(current, expectedRevision);

    /// <summary>Removes the function with all that belongs to it.</summary>
    public async ValueTask Delete(FunctionKey key, CancellationToken stop)
    {
        await Change(key, session => FunctionChanges.Delete(session, key), stop);
        await ReadConcurrency(CancellationToken.None); // it is done: a caller who gives up now must not leave us with the old ones
    }

    /// <summary>Reserves concurrency, or takes it back (null). Enough of <paramref name="accountLimit"/> must stay unreserved.</summary>
    public async ValueTask Reserve(FunctionKey key, int? reserved, int accountLimit, CancellationToken stop)
    {
        await Change(key, session => FunctionChanges.Reserve(session, key, reserved, accountLimit), stop);
        await ReadConcurrency(CancellationToken.None); // as above
    }

    /// <param name="change">May be called more than once: it must only compute.</param>
    public ValueTask SetTags(
        FunctionKey key, Func<IReadOnlyDictionary<string, string>, IReadOnlyDictionary<string, string>> change, CancellationToken stop) =>
        Change(key, session => FunctionChanges.SetTags(session, key, change), stop);

    /// <summary>A secret of 32 bytes that all nodes share, made when it is first asked for.</summary>
    public ValueTask<byte[]> SharedKey(string name, CancellationToken stop) =>
        store.SharedKey(name, RandomNumberGenerator.GetBytes(32), stop);

    internal FunctionVersion Renewed(FunctionVersion version) =>
        version with { RevisionId = Guid.NewGuid().ToString(), LastModified = time.GetUtcNow() };

    /// <summary>Begins to make what was created or changed ready, in the background; nothing for what is ready.</summary>
    internal void BeginSettling(FunctionVersion version)
    {
        if (version.IsSettling)
            _ = activation.Begin(version); // kept track of there
    }

    internal async ValueTask Change(FunctionKey key, Func<DbSession, ValueTask> write, CancellationToken stop) =>
        await Change(key, async session => { await write(session); return 0; }, stop);

    /// <summary>One transaction that changes something of the function; then everybody is told.</summary>
    internal async ValueTask<T> Change<T>(FunctionKey key, Func<DbSession, ValueTask<T>> write, CancellationToken stop)
    {
        T result;
        try
        {
            result = await db.Write(write, stop);
        }
        catch (StorageException)
        {
            await Announce(key); // it may have been committed: whoever asks must look
            throw;
        }
        await Announce(key);
        return result;
    }

    async ValueTask Announce(FunctionKey key)
    {
        Forget(key);
        try
        {
            await db.Notify(Channel, $"{node}|{key.Account}|{key.Region}|{key.Name}", CancellationToken.None);
        }
        catch (StorageException fault)
        {
            // The change is committed. Nodes that miss the hint have lost the database too, and look at everything when they have it back.
            LogHintLost(fault, key.Arn.ToString());
        }
    }

    void Forget(FunctionKey key)
    {
        functions.Drop(key);
        routes.Drop(key);
        Urls.Forget(key);
        Changed?.Invoke(key);
    }

    /// <summary>Runs on the thread that brings notifications. An empty one means that some may have been lost.</summary>
    void Hear(string payload)
    {
        if (payload.Split('|') is [var sender, var account, var region, var name])
        {
            if (sender == node)
                return;
            Forget(new(account, region, name));
        }
        else
        {
            Urls.ForgetAll();
            Asynchronous.ForgetAll();
            foreach (var key in functions.DropAll().Union(routes.DropAll()))
                Changed?.Invoke(key);
        }
        refresh.Ask();
    }

    /// <summary>Begins to settle what a kill left between two states.</summary>
    async ValueTask Recover(CancellationToken stop)
    {
        foreach (var version in await store.Unsettled(Limits.RecoveryBatch, stop))
            BeginSettling(version);
    }

    /// <summary>Takes a new picture of all reserved and provisioned concurrency.</summary>
    internal async ValueTask ReadConcurrency(CancellationToken stop)
    {
        // One at a time: what was read later must not be overwritten by what was read before.
        await reservationsTurn.WaitAsync(stop);
        try
        {
            reservations = await db.Read(
                async session => new Reservations(await FunctionStore.Reservations(session), await ProvisionedStore.All(session)), stop);
        }
        finally
        {
            reservationsTurn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        hearing?.Dispose();
        await refresh.DisposeAsync();
        await activation.DisposeAsync();
    }

    [LoggerMessage(10, LogLevel.Warning, "Other nodes could not be told that {Function} changed.")]
    partial void LogHintLost(Exception fault, string function);
}
