using Aloft.Platform.Functions.Registry;
using Aloft.Storage;

namespace Aloft.Platform.Functions.Provisioning;

/// <summary>The rules by which provisioned concurrency changes, and what it forbids other changes: steps of one transaction.</summary>
internal static class ProvisionedChanges
{
    public static async ValueTask Put(DbSession session, ProvisionedConfig config, int accountLimit)
    {
        var (key, qualifier) = (config.Function, config.Qualifier);
        var function = await FunctionChanges.Existing(session, key);
        await CheckTarget(session, key, qualifier);

        var total = config.Requested + (await ProvisionedStore.Of(session, key))
            .Where(other => other.Config.Qualifier != qualifier).Sum(other => (long)other.Config.Requested);
        if (function.ReservedConcurrency is { } reserved)
        {
            if (total > reserved)
                throw ProvisioningError.OverReserved();
        }
        else
        {
            var left = accountLimit - await ProvisionedStore.ClaimedByOthers(session, key);
            var minimum = Math.Min(Registry.Limits.UnreservedMinimum, accountLimit);
            if (total > left)
                throw ProvisioningError.OverAccount(left);
            if (left - total < minimum)
                throw ProvisioningError.TooLittleLeft(minimum);
        }
        await ProvisionedStore.Put(session, config);
    }

    /// <summary>A version and an alias of it cannot both have it: whose instance an invocation ran on would not be known.</summary>
    static async ValueTask CheckTarget(DbSession session, FunctionKey key, string qualifier)
    {
        if (qualifier == FunctionVersion.Latest)
            throw ProvisioningError.Unpublished();
        if (await ReleaseStore.Version(session, key, qualifier) is not null)
        {
            if (await ProvisionedStore.IsOnAliasOf(session, key, qualifier))
                throw ProvisioningError.OnAliasOfVersion();
            return;
        }

        var alias = await ReleaseStore.Alias(session, key, qualifier) ?? throw RegistryError.NoSuchRelease(key, qualifier);
        if (alias.Additional is not null)
            throw ProvisioningError.Weighted();
        await CheckAlias(session, alias);
    }

    /// <summary>Of an alias with provisioned concurrency, as it is to be.</summary>
    static async ValueTask CheckAlias(DbSession session, FunctionAlias alias)
    {
        if (alias.Version == FunctionVersion.Latest)
            throw ProvisioningError.Unpublished();
        if (await ProvisionedStore.Exists(session, alias.Key, alias.Version)
            || (alias.Additional is { } additional && await ProvisionedStore.Exists(session, alias.Key, additional.Version)))
            throw ProvisioningError.OnVersionOfAlias();
    }

    /// <summary>Throws where an alias has provisioned concurrency that would not hold for what it is to point to.</summary>
    public static async ValueTask CheckMove(DbSession session, FunctionAlias moved)
    {
        if (await ProvisionedStore.Exists(session, moved.Key, moved.Name))
            await CheckAlias(session, moved);
    }

    /// <summary>Throws where a function has more provisioned than is to be reserved for it.</summary>
    public static async ValueTask CheckReservation(DbSession session, FunctionKey key, int reserved)
    {
        var total = (await ProvisionedStore.Of(session, key)).Sum(one => one.Config.Requested);
        if (reserved < total)
            throw ProvisioningError.ReservedTooLow(reserved, total);
    }
}
