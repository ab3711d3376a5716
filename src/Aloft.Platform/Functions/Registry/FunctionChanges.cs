using Aloft.Platform.Functions.Provisioning;
using Aloft.Storage;

namespace Aloft.Platform.Functions.Registry;

/// <summary>The rules by which functions change: each method is what one transaction checks and does.</summary>
internal static class FunctionChanges
{
    public static async ValueTask Create(DbSession session, FunctionVersion created, IReadOnlyDictionary<string, string> tags)
    {
        CheckTags(tags);
        await CheckCodeStorage(session, created.Key.Account, created.Key.Region, created.CodeSize);
        if (!await FunctionStore.Insert(session, created, tags))
            throw RegistryError.AlreadyExists(created.Key);
    }

    public static async ValueTask<FunctionVersion> Update(
        DbSession session, FunctionKey key, string? expectedRevision, Func<FunctionVersion, FunctionVersion> change)
    {
        var current = (await Existing(session, key)).Latest;
        CheckUpdatable(current, expectedRevision);
        var next = change(current) with
        {
            State = current.State == FunctionState.Failed ? FunctionState.Pending : current.State,
            LastUpdateStatus = UpdateStatus.InProgress,
            Failure = null,
        };
        await CheckCodeStorage(session, key.Account, key.Region, next.CodeSize - current.CodeSize);
        await FunctionStore.Update(session, next);
        return next;
    }

    public static void CheckUpdatable(FunctionVersion current, string? expectedRevision)
    {
        if (current.State == FunctionState.Pending)
            throw RegistryError.BeingCreated();
        if (current.LastUpdateStatus == UpdateStatus.InProgress)
            throw RegistryError.UpdateInProgress(current.Key);
        if (expectedRevision is not null && expectedRevision != current.RevisionId)
            throw RegistryError.RevisionMismatch();
    }

    public static async ValueTask Delete(DbSession session, FunctionKey key)
    {
        if (!await FunctionStore.Delete(session, key))
            throw RegistryError.NotFound(key);
    }

    public static async ValueTask Reserve(DbSession session, FunctionKey key, int? reserved, int accountLimit)
    {
        await Existing(session, key);
        var minimum = Math.Min(Limits.UnreservedMinimum, accountLimit);
        if (reserved > 0 && accountLimit - await ProvisionedStore.ClaimedByOthers(session, key) - reserved < minimum)
            throw RegistryError.TooMuchReserved(minimum);
        if (reserved is { } number)
            await ProvisionedChanges.CheckReservation(session, key, number);
        await FunctionStore.SetReserved(session, key, reserved);
    }

    public static async ValueTask SetTags(
        DbSession session, FunctionKey key, Func<IReadOnlyDictionary<string, string>, IReadOnlyDictionary<string, string>> change)
    {
        var tags = change((await Existing(session, key)).Tags);
        CheckTags(tags);
        await FunctionStore.SetTags(session, key, tags);
    }

    public static async ValueTask CreateUrl(DbSession session, FunctionUrl url)
    {
        await Existing(session, url.Key);
        if (url.Qualifier is not null && await ReleaseStore.Alias(session, url.Key, url.Qualifier) is null)
            throw RegistryError.NotFound(url.Key, url.Qualifier);
        if (!await FunctionStore.InsertUrl(session, url))
            throw RegistryError.UrlExists(url.Key);
    }

    public static async ValueTask<FunctionUrl> UpdateUrl(
        DbSession session, FunctionKey key, string? qualifier, Func<UrlSettings, UrlSettings> change, DateTimeOffset now)
    {
        var url = await ExistingUrl(session, key, qualifier);
        var updated = url with { Settings = change(url.Settings), LastModifiedTime = now };
        await FunctionStore.UpdateUrl(session, updated);
        return updated;
    }

    public static async ValueTask DeleteUrl(DbSession session, FunctionKey key, string? qualifier) =>
        await FunctionStore.DeleteUrl(session, await ExistingUrl(session, key, qualifier));

    public static async ValueTask<FunctionRecord> Existing(DbSession session, FunctionKey key) =>
        await FunctionStore.Find(session, key) ?? throw RegistryError.NotFound(key);

    static async ValueTask<FunctionUrl> ExistingUrl(DbSession session, FunctionKey key, string? qualifier) =>
        (await FunctionStore.Urls(session, key)).Find(url => url.Qualifier == qualifier) ?? throw RegistryError.NoSuchUrl();

    static void CheckTags(IReadOnlyDictionary<string, string> tags)
    {
        if (tags.Count > Limits.Tags)
            throw RegistryError.TooManyTags();
    }

    /// <summary>Throws when there is no room for so many bytes more.</summary>
    public static async ValueTask CheckCodeStorage(DbSession session, string account, string region, long more)
    {
        if (more > 0 && (await FunctionStore.Usage(session, account, region)).Code + more > Limits.CodeStorageBytes)
            throw RegistryError.CodeStorageExceeded();
    }
}
