using Aloft.Platform.Functions.Provisioning;
using Aloft.Storage;

namespace Aloft.Platform.Functions.Registry;

/// <summary>The rules by which versions and aliases come, change and go: each method is what one transaction checks and does.</summary>
internal static class ReleaseChanges
{
    /// <summary>
    /// The published version that is what <c>$LATEST</c> is: the last one when nothing has changed since, else a new one, ready where
    /// <c>$LATEST</c> is.
    /// </summary>
    /// <param name="description">The version's own; null for that of <c>$LATEST</c>.</param>
    /// <param name="renewed">Gives a version its revision and time.</param>
    public static async ValueTask<FunctionVersion> Publish(
        DbSession session, FunctionVersion latest, string? description, Func<FunctionVersion, FunctionVersion> renewed)
    {
        if (await ReleaseStore.Last(session, latest.Key) is { } last && IsSame(latest, last.Version with { Description = last.SourceDescription }))
            return last.Version;

        await FunctionChanges.CheckCodeStorage(session, latest.Key.Account, latest.Key.Region, latest.CodeSize);
        var published = renewed(latest with
        {
            Version = await ReleaseStore.NextVersion(session, latest.Key),
            Description = description ?? latest.Description,
            State = latest is { State: FunctionState.Active, LastUpdateStatus: UpdateStatus.Successful } ? FunctionState.Active : FunctionState.Pending,
            LastUpdateStatus = UpdateStatus.Successful,
            Failure = null,
        });
        await ReleaseStore.Insert(session, published, latest.Description);
        return published;
    }

    /// <summary>When it goes over to another runtime version is a setting of each version by itself and no change of the function.</summary>
    static bool IsSame(FunctionVersion latest, FunctionVersion published) =>
        latest.CodeDigest == published.CodeDigest
        && StoredConfiguration.Write(latest with { RuntimeUpdates = published.RuntimeUpdates }) == StoredConfiguration.Write(published);

    /// <summary>Of <c>$LATEST</c> or a published version. It is run by new instances from then on, and so has a new revision.</summary>
    public static async ValueTask<FunctionVersion> SetRuntimeUpdates(DbSession session, FunctionKey key, string version, RuntimeUpdates updates)
    {
        var current = await ExistingVersion(session, key, version);
        FunctionChanges.CheckUpdatable(current, null);
        var changed = current with { RuntimeUpdates = updates, RevisionId = Guid.NewGuid().ToString() };
        await FunctionStore.Update(session, changed);
        return changed;
    }

    /// <param name="codeSha256">What the caller takes the code of <c>$LATEST</c> for, in base64; null for any.</param>
    public static void CheckPublishable(FunctionVersion latest, string? expectedRevision, string? codeSha256)
    {
        FunctionChanges.CheckUpdatable(latest, expectedRevision);
        if (codeSha256 is not null && codeSha256 != latest.CodeSha256)
            throw RegistryError.OtherCode(codeSha256, latest.CodeSha256);
    }

    /// <summary>Nothing when there is no such version, as in AWS.</summary>
    public static async ValueTask DeleteVersion(DbSession session, FunctionKey key, string version)
    {
        await FunctionChanges.Existing(session, key);
        if (await ReleaseStore.AliasesOf(session, key, version) is { Count: > 0 } aliases)
            throw RegistryError.VersionInUse(aliases);
        await ReleaseStore.DeleteVersion(session, key, version);
    }

    public static async ValueTask CreateAlias(DbSession session, FunctionAlias alias)
    {
        await FunctionChanges.Existing(session, alias.Key);
        await CheckRouting(session, alias);
        if (!await ReleaseStore.InsertAlias(session, alias))
            throw RegistryError.AliasExists(alias);
    }

    public static async ValueTask<FunctionAlias> UpdateAlias(
        DbSession session, FunctionKey key, string name, string? expectedRevision, Func<FunctionAlias, FunctionAlias> change)
    {
        await FunctionChanges.Existing(session, key);
        var current = await ReleaseStore.Alias(session, key, name) ?? throw RegistryError.AliasNotFound(key, name);
        if (expectedRevision is not null && expectedRevision != current.RevisionId)
            throw RegistryError.RevisionMismatch();
        var changed = change(current);
        await CheckRouting(session, changed);
        await ProvisionedChanges.CheckMove(session, changed);
        await ReleaseStore.UpdateAlias(session, changed);
        return changed;
    }

    /// <summary>Nothing when there is no such alias, as in AWS.</summary>
    public static async ValueTask DeleteAlias(DbSession session, FunctionKey key, string name)
    {
        await FunctionChanges.Existing(session, key);
        await ReleaseStore.DeleteAlias(session, key, name);
    }

    static async ValueTask CheckRouting(DbSession session, FunctionAlias alias)
    {
        var first = await ExistingVersion(session, alias.Key, alias.Version);
        if (alias.Additional is not { } additional)
            return;
        if (alias.Version == FunctionVersion.Latest)
            throw RegistryError.LatestIsNotShared();
        if (additional.Version == alias.Version)
            throw RegistryError.SameVersionTwice(additional.Version);
        var second = await ExistingVersion(session, alias.Key, additional.Version);
        if (first.Role != second.Role)
            throw RegistryError.DifferentRoles();
    }

    static async ValueTask<FunctionVersion> ExistingVersion(DbSession session, FunctionKey key, string version) =>
        await ReleaseStore.Version(session, key, version) ?? throw RegistryError.NotFound(key, version);
}
