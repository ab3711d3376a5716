using System.Globalization;
using Aloft.Platform.Functions.Asynchronous;
using Aloft.Platform.Functions.Provisioning;
using Aloft.Storage;

namespace Aloft.Platform.Functions.Registry;

/// <summary>All SQL of published versions and aliases: steps of one transaction.</summary>
internal static class ReleaseStore
{
    const string AliasColumns =
        "account, region, name, alias, function_version, additional_version, additional_weight, description, revision";

    const string ThisFunction = "account = @account and region = @region and name = @name";
    const string ThisAlias = ThisFunction + " and alias = @alias";

    /// <summary>Null when the qualifier is no version and no alias of the function.</summary>
    public static async ValueTask<Route?> Route(DbSession session, FunctionKey key, string qualifier)
    {
        if (await Version(session, key, qualifier) is { } itself)
            return new(itself);
        if (await Alias(session, key, qualifier) is not { } alias)
            return null;

        // Neither version can be missing: one that an alias refers to is not deleted.
        var version = (await Version(session, key, alias.Version))!;
        return alias.Additional is { } additional
            ? new(version, (await Version(session, key, additional.Version))!, additional.Weight)
            : new(version);
    }

    /// <summary><c>$LATEST</c> or a published version.</summary>
    public static ValueTask<FunctionVersion?> Version(DbSession session, FunctionKey key, string version) => session.QueryFirst(
        $"select {FunctionStore.VersionColumns} from function_versions v where {ThisFunction} and version = @version",
        FunctionStore.Version, [.. FunctionStore.Named(key), ("version", version)]);

    /// <summary>The published version with the highest number, and what <c>$LATEST</c> was described as when it became one.</summary>
    public static async ValueTask<(FunctionVersion Version, string SourceDescription)?> Last(DbSession session, FunctionKey key)
    {
        var last = await session.Query(
            $"""
            select {FunctionStore.VersionColumns}, v.source_description from function_versions v
            where {ThisFunction} and number > 0
            order by number desc
            limit 1
            """,
            row => (FunctionStore.Version(row), row.Text(13)), FunctionStore.Named(key));
        return last is [var only] ? only : null;
    }

    /// <summary><c>$LATEST</c>, then the published versions in the order of their numbers; those after <paramref name="after"/>.</summary>
    public static ValueTask<List<FunctionVersion>> Versions(DbSession session, FunctionKey key, long after, int limit) => session.Query(
        $"select {FunctionStore.VersionColumns} from function_versions v where {ThisFunction} and number > @after order by number limit @limit",
        FunctionStore.Version, [.. FunctionStore.Named(key), ("after", after), ("limit", limit)]);

    /// <summary>The versions of all functions, in the order of names and numbers; those after <paramref name="after"/>'s.</summary>
    public static ValueTask<List<FunctionVersion>> AllVersions(DbSession session, FunctionKey after, long afterNumber, int limit) => session.Query(
        $"""
        select {FunctionStore.VersionColumns} from function_versions v
        where account = @account and region = @region and (name > @name or (name = @name and number > @after))
        order by name, number
        limit @limit
        """,
        FunctionStore.Version, [.. FunctionStore.Named(after), ("after", afterNumber), ("limit", limit)]);

    /// <summary>A number that no version of the function has had.</summary>
    public static async ValueTask<string> NextVersion(DbSession session, FunctionKey key)
    {
        await session.Execute($"update functions set last_version = last_version + 1 where {ThisFunction}", FunctionStore.Named(key));
        var number = await session.Query($"select last_version from functions where {ThisFunction}", row => row.Int(0), FunctionStore.Named(key));
        return number[0].ToString(CultureInfo.InvariantCulture);
    }

    public static async ValueTask Insert(DbSession session, FunctionVersion published, string sourceDescription)
    {
        await FunctionStore.InsertVersion(session, published);
        await session.Execute(
            $"update function_versions set number = @number, source_description = @description where {ThisFunction} and version = @version",
            [
                .. FunctionStore.Named(published.Key), ("version", published.Version), ("description", sourceDescription),
                ("number", long.Parse(published.Version, CultureInfo.InvariantCulture)),
            ]);
    }

    /// <summary>With its policy, its asynchronous settings and its provisioned concurrency. False when there is none.</summary>
    public static async ValueTask<bool> DeleteVersion(DbSession session, FunctionKey key, string version)
    {
        await PolicyStore.Delete(session, key, version);
        await AsynchronousStore.Delete(session, key, version);
        await ProvisionedStore.Delete(session, key, version);
        return await session.Execute(
            $"delete from function_versions where {ThisFunction} and version = @version and number > 0",
            [.. FunctionStore.Named(key), ("version", version)]) > 0;
    }

    public static ValueTask<FunctionAlias?> Alias(DbSession session, FunctionKey key, string alias) => session.QueryFirst(
        $"select {AliasColumns} from function_aliases where {ThisAlias}", Alias, [.. FunctionStore.Named(key), ("alias", alias)]);

    /// <summary>In the order of their names, those after <paramref name="after"/>.</summary>
    /// <param name="version">Only those whose first version it is; null for all.</param>
    public static ValueTask<List<FunctionAlias>> Aliases(DbSession session, FunctionKey key, string? version, string after, int limit) => session.Query(
        $"""
        select {AliasColumns} from function_aliases
        where {ThisFunction} and alias > @after {(version is null ? "" : "and function_version = @version")}
        order by alias
        limit @limit
        """,
        Alias,
        [
            .. FunctionStore.Named(key), ("after", after), ("limit", limit),
            .. version is null ? [] : new (string, object?)[] { ("version", version) },
        ]);

    /// <summary>Names of the aliases that send invocations to the version.</summary>
    public static ValueTask<List<string>> AliasesOf(DbSession session, FunctionKey key, string version) => session.Query(
        $"""
        select alias from function_aliases
        where {ThisFunction} and (function_version = @version or additional_version = @version)
        order by alias
        limit {Limits.AliasesInAMessage}
        """,
        row => row.Text(0), [.. FunctionStore.Named(key), ("version", version)]);

    /// <summary>False when there is an alias of that name.</summary>
    public static async ValueTask<bool> InsertAlias(DbSession session, FunctionAlias alias) => await session.Execute(
        $"""
        insert into function_aliases ({AliasColumns})
        values (@account, @region, @name, @alias, @version, @additional, @weight, @description, @revision)
        on conflict do nothing
        """,
        Columns(alias)) > 0;

    public static ValueTask<int> UpdateAlias(DbSession session, FunctionAlias alias) => session.Execute(
        $"""
        update function_aliases set function_version = @version, additional_version = @additional, additional_weight = @weight,
            description = @description, revision = @revision
        where {ThisAlias}
        """,
        Columns(alias));

    /// <summary>With its URL, its policy, its asynchronous settings and its provisioned concurrency.</summary>
    public static async ValueTask DeleteAlias(DbSession session, FunctionKey key, string alias)
    {
        (string, object?)[] parameters = [.. FunctionStore.Named(key), ("alias", alias)];
        await session.Execute($"delete from function_urls where {ThisFunction} and qualifier = @alias", parameters);
        await PolicyStore.Delete(session, key, alias);
        await AsynchronousStore.Delete(session, key, alias);
        await ProvisionedStore.Delete(session, key, alias);
        await session.Execute($"delete from function_aliases where {ThisAlias}", parameters);
    }

    static (string, object?)[] Columns(FunctionAlias alias) =>
    [
        .. FunctionStore.Named(alias.Key), ("alias", alias.Name), ("version", alias.Version), ("additional", alias.Additional?.Version),
        ("weight", alias.Additional?.Weight), ("description", alias.Description), ("revision", alias.RevisionId),
    ];

    static FunctionAlias Alias(DbRow row) => new(
        new(row.Text(0), row.Text(1), row.Text(2)), row.Text(3), row.Text(4),
        row.TextOrNull(5) is { } additional ? new(additional, row.Real(6)) : null, row.Text(7), row.Text(8));
}
