using Aloft.Platform.Functions.Registry;
using Aloft.Storage;

namespace Aloft.Platform.Functions.Provisioning;

/// <summary>
/// Provisioned concurrency: what is asked for, durable in <see cref="Db"/>, and how much of it this node holds, as its engine says. It
/// goes with its version, alias or function, in the same transaction.
/// </summary>
public sealed class ProvisionedRegistry
{
    readonly Db db;
    readonly FunctionRegistry functions;
    readonly TimeProvider time;

    internal ProvisionedRegistry(Db db, FunctionRegistry functions, TimeProvider time) =>
        (this.db, this.functions, this.time) = (db, functions, time);

    /// <summary>Asked for what this node holds of a version's. The engine's to set; before, it holds nothing.</summary>
    internal Func<FunctionKey, string, Allocation> AllocationOf { get; set; } = static (_, _) => default;

    internal ValueTask Migrate(CancellationToken stop) => db.Migrate("provisioned", ProvisionedStore.Migrations, stop);

    /// <summary>
    /// Asks for as many instances, in the place of what there was. Throws when the qualifier cannot have them, and when neither the
    /// function's reservation nor the account has room for them.
    /// </summary>
    public async ValueTask<ProvisionedStatus> Put(FunctionKey key, string qualifier, int requested, int accountLimit, CancellationToken stop)
    {
        var config = new ProvisionedConfig(key, qualifier, requested, time.GetUtcNow());
        await functions.Change(key, session => ProvisionedChanges.Put(session, config, accountLimit), stop);
        await functions.ReadConcurrency(CancellationToken.None); // it is done: a caller who gives up now must not leave us with the old one
        return await Find(key, qualifier, stop) with { State = ProvisionedState.IN_PROGRESS, Reason = null };
    }

    /// <summary>Nothing when there was none, as in AWS. Throws when there is no such function.</summary>
    public async ValueTask Delete(FunctionKey key, string qualifier, CancellationToken stop)
    {
        await functions.Change(
            key,
            async session =>
            {
                await FunctionChanges.Existing(session, key);
                await ProvisionedStore.Delete(session, key, qualifier);
            },
            stop);
        await functions.ReadConcurrency(CancellationToken.None); // as above
    }

    /// <summary>Throws <c>ProvisionedConcurrencyConfigNotFoundException</c> when there is none.</summary>
    public async ValueTask<ProvisionedStatus> Find(FunctionKey key, string qualifier, CancellationToken stop) =>
        (await Of(key, stop)).Find(one => one.Config.Qualifier == qualifier) ?? throw ProvisioningError.NotConfigured();

    /// <summary>All of a function, in the order of their qualifiers.</summary>
    public async ValueTask<List<ProvisionedStatus>> Of(FunctionKey key, CancellationToken stop)
    {
        var left = new Dictionary<string, int>(); // two aliases may share a version: each instance counts for one of them
        return (await db.Read(session => ProvisionedStore.Of(session, key), stop)).ConvertAll(shares => Status(shares, left));
    }

    ProvisionedStatus Status(ProvisionedShares shares, Dictionary<string, int> left)
    {
        var (allocated, reached, failure) = (0, true, default(string));
        foreach (var (version, count) in shares.Versions)
        {
            var held = AllocationOf(shares.Config.Function, version);
            var free = left.GetValueOrDefault(version, held.Instances);
            var taken = Math.Min(count, free);
            left[version] = free - taken;
            allocated += taken;
            reached &= held.Reached >= count; // the engine may not have heard of a higher number yet
            failure ??= held.Failure;
        }
        return failure is not null && allocated < shares.Config.Requested
            ? new(shares.Config, allocated, ProvisionedState.FAILED, failure)
            : new(shares.Config, allocated, reached ? ProvisionedState.READY : ProvisionedState.IN_PROGRESS, null);
    }
}
