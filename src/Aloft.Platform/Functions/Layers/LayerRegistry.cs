using Aloft.Platform.Functions.Registry;
using Aloft.Storage;

namespace Aloft.Platform.Functions.Layers;

/// <summary>The layers of this cloud. A function keeps what it needs of its layers with itself: see <see cref="FunctionLayer"/>.</summary>
public sealed class LayerRegistry
{
    readonly Db db;
    readonly TimeProvider time;
    readonly LayerStore store;

    internal LayerRegistry(Db db, TimeProvider time) => (this.db, this.time, store) = (db, time, new(db));

    internal ValueTask Migrate(CancellationToken stop) => db.Migrate("layers", LayerStore.Migrations, stop);

    /// <summary>Gives what is wanted its number and time. Throws when the account's code storage is full.</summary>
    public ValueTask<LayerVersion> Publish(LayerVersion wanted, CancellationToken stop) => db.Write(
        async session =>
        {
            var layer = wanted.Key.Layer;
            await FunctionChanges.CheckCodeStorage(session, layer.Account, layer.Region, wanted.CodeSize);
            var number = await LayerStore.NextNumber(session, layer);
            var published = wanted with { Key = new(layer, number), Created = time.GetUtcNow() };
            await LayerStore.Insert(session, published);
            return published;
        },
        stop);

    /// <summary>Null when there is none, or not any more.</summary>
    public ValueTask<LayerVersion?> Find(LayerVersionKey key, CancellationToken stop) => store.Find(key, stop);

    /// <summary>Whether the account owns the version or has been given the use of it.</summary>
    public async ValueTask<bool> MayUse(string account, LayerVersionKey key, CancellationToken stop) =>
        account == key.Layer.Account || (await store.Policy(key, stop))?.Permissions.Any(one => one.Covers(account)) == true;

    /// <summary>The latest selected version of each layer, in the order of their names, those after <paramref name="after"/>.</summary>
    public ValueTask<List<LayerVersion>> List(
        string account, string region, LayerFilter filter, string after, int limit, CancellationToken stop) =>
        store.List(account, region, filter, after, limit, stop);

    /// <summary>The newest first, those before <paramref name="before"/>.</summary>
    public ValueTask<List<LayerVersion>> Versions(LayerKey key, LayerFilter filter, long before, int limit, CancellationToken stop) =>
        store.Versions(key, filter, before, limit, stop);

    /// <summary>Functions that use it keep it. Nothing when there is none.</summary>
    public ValueTask Delete(LayerVersionKey key, CancellationToken stop) => db.Write(session => LayerStore.Delete(session, key), stop);

    /// <summary>Throws <c>ResourceNotFoundException</c> when there is no such version or nobody else may use it.</summary>
    public async ValueTask<LayerPolicy> Policy(LayerVersionKey key, CancellationToken stop)
    {
        if (await store.Find(key, stop) is null)
            throw LayerError.NoSuchVersion(key);
        return await store.Policy(key, stop) ?? throw LayerError.NoPolicy();
    }

    /// <summary>Returns the policy's new revision.</summary>
    public ValueTask<string> Allow(LayerVersionKey key, LayerPermission permission, string? expectedRevision, CancellationToken stop) =>
        ChangePolicy(
            key, expectedRevision,
            async (session, policy, revision) =>
            {
                if (policy?.Permissions.Any(one => one.StatementId == permission.StatementId) == true)
                    throw LayerError.StatementExists(permission.StatementId);
                if (policy?.Permissions.Count >= Limits.PolicyStatements)
                    throw LayerError.PolicyTooLong();
                await LayerStore.Allow(session, key, permission, revision);
            },
            stop);

    public async ValueTask Disallow(LayerVersionKey key, string statementId, string? expectedRevision, CancellationToken stop) =>
        await ChangePolicy(
            key, expectedRevision,
            async (session, policy, revision) =>
            {
                if (policy is null)
                    throw LayerError.NoPolicy();
                if (policy.Permissions.All(one => one.StatementId != statementId))
                    throw LayerError.NoSuchStatement(statementId);
                await LayerStore.Disallow(session, key, statementId, revision);
            },
            stop);

    ValueTask<string> ChangePolicy(
        LayerVersionKey key, string? expectedRevision, Func<DbSession, LayerPolicy?, string, ValueTask> change, CancellationToken stop)
    {
        var revision = Guid.NewGuid().ToString();
        return db.Write(
            async session =>
            {
                if (await LayerStore.Find(session, key) is null)
                    throw LayerError.NoSuchVersion(key);
                var policy = await LayerStore.Policy(session, key);
                if (expectedRevision is not null && expectedRevision != policy?.Revision)
                    throw LayerError.RevisionMismatch();
                await change(session, policy, revision);
                return revision;
            },
            stop);
    }
}
