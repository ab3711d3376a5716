using Aloft.Storage;

namespace Aloft.Platform.Functions.Registry;

/// <summary>
/// The published versions of functions and the aliases that point to them.
/// https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
/// </summary>
public sealed class Releases
{
    readonly Db db;
    readonly FunctionRegistry registry;

    internal Releases(Db db, FunctionRegistry registry) => (this.db, this.registry) = (db, registry);

    /// <summary>
    /// Makes what <c>$LATEST</c> is now a version of its own, which never changes; the last one, where nothing has changed since. Throws
    /// when the function is between two states, and when a condition is given that does not hold.
    /// </summary>
    /// <param name="codeSha256">Of the package of <c>$LATEST</c>, in base64; null for any.</param>
    public async ValueTask<FunctionVersion> Publish(
        FunctionKey key, string? description, string? expectedRevision, string? codeSha256, CancellationToken stop)
    {
        var published = await registry.Change(
            key,
            async session =>
            {
                var latest = (await FunctionChanges.Existing(session, key)).Latest;
                ReleaseChanges.CheckPublishable(latest, expectedRevision, codeSha256);
                return await ReleaseChanges.Publish(session, latest, description, registry.Renewed);
            },
            stop);
        registry.BeginSettling(published);
        return published;
    }

    /// <summary>As <see cref="FunctionRegistry.Create"/>; returns the new function's version 1.</summary>
    public async ValueTask<FunctionVersion> CreateAndPublish(
        FunctionVersion wanted, IReadOnlyDictionary<string, string> tags, CancellationToken stop)
    {
        var created = registry.Renewed(wanted) with { State = FunctionState.Pending };
        var published = await registry.Change(
            created.Key,
            async session =>
            {
                await FunctionChanges.Create(session, created, tags);
                return await ReleaseChanges.Publish(session, created, null, registry.Renewed);
            },
            stop);
        registry.BeginSettling(created);
        registry.BeginSettling(published);
        return published;
    }

    /// <summary>As <see cref="FunctionRegistry.Update"/>; returns the published version that is what <c>$LATEST</c> has become.</summary>
    public async ValueTask<FunctionVersion> UpdateAndPublish(
        FunctionKey key, string? expectedRevision, Func<FunctionVersion, FunctionVersion> change, CancellationToken stop)
    {
        var (updated, published) = await registry.Change(
            key,
            async session =>
            {
                var updated = await FunctionChanges.Update(session, key, expectedRevision, current => registry.Renewed(change(current)));
                return (updated, await ReleaseChanges.Publish(session, updated, null, registry.Renewed));
            },
            stop);
        registry.BeginSettling(updated);
        registry.BeginSettling(published);
        return published;
    }

    /// <summary>From the moment that it returns, new invocations of the version run on what it names.</summary>
    /// <param name="version"><c>$LATEST</c> or a published version. Throws when there is none, and while it is between two states.</param>
    public ValueTask<FunctionVersion> SetRuntimeUpdates(FunctionKey key, string version, RuntimeUpdates updates, CancellationToken stop) =>
        registry.Change(key, session => ReleaseChanges.SetRuntimeUpdates(session, key, version, updates), stop);

    /// <summary>Throws while an alias points to it; nothing when there is no such version.</summary>
    public async ValueTask DeleteVersion(FunctionKey key, string version, CancellationToken stop)
    {
        await registry.Change(key, session => ReleaseChanges.DeleteVersion(session, key, version), stop);
        await registry.ReadConcurrency(CancellationToken.None); // some of it may have been provisioned for what is gone
    }

    /// <summary><c>$LATEST</c>, whose number is 0, and the published versions, in the order of their numbers; those after <paramref name="after"/>.</summary>
    public ValueTask<List<FunctionVersion>> Versions(FunctionKey key, long after, int limit, CancellationToken stop) =>
        db.Read(session => ReleaseStore.Versions(session, key, after, limit), stop);

    /// <summary>The same of all functions of an account and region, in the order of names; those after that function's version of that number.</summary>
    public ValueTask<List<FunctionVersion>> AllVersions(FunctionKey after, long afterNumber, int limit, CancellationToken stop) =>
        db.Read(session => ReleaseStore.AllVersions(session, after, afterNumber, limit), stop);

    public ValueTask<FunctionAlias?> FindAlias(FunctionKey key, string name, CancellationToken stop) =>
        db.Read(session => ReleaseStore.Alias(session, key, name), stop);

    /// <summary>In the order of their names, those after <paramref name="after"/>.</summary>
    /// <param name="version">Only those whose first version it is; null for all.</param>
    public ValueTask<List<FunctionAlias>> Aliases(FunctionKey key, string? version, string after, int limit, CancellationToken stop) =>
        db.Read(session => ReleaseStore.Aliases(session, key, version, after, limit), stop);

    public async ValueTask<FunctionAlias> CreateAlias(FunctionAlias wanted, CancellationToken stop)
    {
        var created = wanted with { RevisionId = Guid.NewGuid().ToString() };
        await registry.Change(created.Key, session => ReleaseChanges.CreateAlias(session, created), stop);
        return created;
    }

    /// <summary>From the moment that it returns, invocations on this node follow it; other nodes are told.</summary>
    /// <param name="change">May be called more than once: it must only compute.</param>
    public async ValueTask<FunctionAlias> UpdateAlias(
        FunctionKey key, string name, string? expectedRevision, Func<FunctionAlias, FunctionAlias> change, CancellationToken stop)
    {
        var revision = Guid.NewGuid().ToString();
        var updated = await registry.Change(
            key,
            session => ReleaseChanges.UpdateAlias(session, key, name, expectedRevision, current => change(current) with { RevisionId = revision }),
            stop);
        await registry.ReadConcurrency(CancellationToken.None); // what is provisioned follows it
        return updated;
    }

    /// <summary>With its URL and policy; nothing when there is no such alias.</summary>
    public async ValueTask DeleteAlias(FunctionKey key, string name, CancellationToken stop)
    {
        await registry.Change(key, session => ReleaseChanges.DeleteAlias(session, key, name), stop);
        await registry.ReadConcurrency(CancellationToken.None); // as above
    }
}
