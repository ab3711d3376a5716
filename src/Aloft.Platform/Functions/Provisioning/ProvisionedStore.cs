using Aloft.Platform.Functions.Registry;
using Aloft.Storage;

namespace Aloft.Platform.Functions.Provisioning;

/// <summary>All SQL of provisioned concurrency: steps of one transaction.</summary>
internal static class ProvisionedStore
{
    const string ThisFunction = "p.account = @account and p.region = @region and p.name = @name";
    const string ThisConfig = "account = @account and region = @region and name = @name and qualifier = @qualifier";
    const string BigInt = "bigint"; // PostgreSQL's sum of bigint is numeric

    /// <summary>Each configuration with the versions of its alias, which are null where it is on a version.</summary>
    const string Shares = """
        select p.account, p.region, p.name, p.qualifier, p.requested, p.modified, a.function_version, a.additional_version, a.additional_weight
        from provisioned_configs p
        left join function_aliases a on a.account = p.account and a.region = p.region and a.name = p.name and a.alias = p.qualifier
        """;

    public static readonly IReadOnlyList<Migration> Migrations =
        Migration.FromResources(typeof(ProvisionedStore).Assembly, "Aloft.Platform.Functions.Provisioning.migrations");

    public static ValueTask<List<ProvisionedShares>> All(DbSession session) => session.Query(Shares, Read);

    /// <summary>Of one function, in the order of qualifiers.</summary>
    public static ValueTask<List<ProvisionedShares>> Of(DbSession session, FunctionKey key) =>
        session.Query($"{Shares} where {ThisFunction} order by p.qualifier", Read, FunctionStore.Named(key));

    public static async ValueTask<bool> Exists(DbSession session, FunctionKey key, string qualifier) =>
        (await session.Query($"select requested from provisioned_configs where {ThisConfig}", row => row.Int(0), Named(key, qualifier))).Count > 0;

    /// <summary>Whether an alias that sends invocations to the version has it, however small the version's share.</summary>
    public static async ValueTask<bool> IsOnAliasOf(DbSession session, FunctionKey key, string version) => (await session.Query(
        $"{Shares} where {ThisFunction} and (a.function_version = @version or a.additional_version = @version) limit 1",
        Read, [.. FunctionStore.Named(key), ("version", version)])).Count > 0;

    /// <summary>In the place of what there was.</summary>
    public static ValueTask<int> Put(DbSession session, ProvisionedConfig config) => session.Execute(
        """
        insert into provisioned_configs (account, region, name, qualifier, requested, modified)
        values (@account, @region, @name, @qualifier, @requested, @modified)
        on conflict (account, region, name, qualifier) do update set requested = excluded.requested, modified = excluded.modified
        """,
        [
            .. Named(config.Function, config.Qualifier), ("requested", config.Requested),
            ("modified", config.LastModified.ToUnixTimeMilliseconds()),
        ]);

    public static ValueTask<int> Delete(DbSession session, FunctionKey key, string qualifier) =>
        session.Execute($"delete from provisioned_configs where {ThisConfig}", Named(key, qualifier));

    /// <summary>All that belong to a function, which go with it.</summary>
    public static ValueTask<int> DeleteAll(DbSession session, FunctionKey key) => session.Execute(
        "delete from provisioned_configs where account = @account and region = @region and name = @name", FunctionStore.Named(key));

    /// <summary>
    /// The concurrency of an account and region that its other functions have taken for themselves: what is reserved for one, or
    /// provisioned where nothing is reserved.
    /// </summary>
    public static async ValueTask<int> ClaimedByOthers(DbSession session, FunctionKey key) => (int)(await session.Query(
        $"""
        select cast(coalesce(sum(coalesce(f.reserved_concurrency, p.requested, 0)), 0) as {BigInt})
        from functions f
        left join (
            select name, sum(requested) as requested from provisioned_configs where account = @account and region = @region group by name
        ) p on p.name = f.name
        where f.account = @account and f.region = @region and f.name <> @name
        """,
        row => row.Int(0), FunctionStore.Named(key)))[0];

    static (string, object?)[] Named(FunctionKey key, string qualifier) => [.. FunctionStore.Named(key), ("qualifier", qualifier)];

    static ProvisionedShares Read(DbRow row)
    {
        var config = new ProvisionedConfig(
            new(row.Text(0), row.Text(1), row.Text(2)), row.Text(3), (int)row.Int(4), DateTimeOffset.FromUnixTimeMilliseconds(row.Int(5)));
        var additional = row.TextOrNull(7) is { } version ? new AdditionalVersion(version, row.Real(8)) : null;
        return ProvisionedShares.Of(config, row.TextOrNull(6) ?? config.Qualifier, additional);
    }
}
