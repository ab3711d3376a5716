using Aloft.Storage;

namespace Aloft.Platform.Functions.Layers;

/// <summary>All SQL of the layers. The methods that take a session are steps of one transaction.</summary>
internal sealed class LayerStore(Db db)
{
    const string Columns =
        "v.account, v.region, v.name, v.version, v.description, v.license, v.runtimes, v.architectures, v.code_digest, v.code_size, v.created";

    const string ThisLayer = "account = @account and region = @region and name = @name";
    const string ThisVersion = ThisLayer + " and version = @version";
    const string Matches = "v.runtimes like @runtime and v.architectures like @architecture";

    public static readonly IReadOnlyList<Migration> Migrations =
        Migration.FromResources(typeof(LayerStore).Assembly, "Aloft.Platform.Functions.Layers.migrations");

    public ValueTask<LayerVersion?> Find(LayerVersionKey key, CancellationToken stop) => db.Read(session => Find(session, key), stop);

    public static ValueTask<LayerVersion?> Find(DbSession session, LayerVersionKey key) =>
        session.QueryFirst($"select {Columns} from layer_versions v where {ThisVersion}", Version, Named(key));

    /// <summary>The latest version that the filter selects of each layer, in the order of their names, those after <paramref name="after"/>.</summary>
    public ValueTask<List<LayerVersion>> List(
        string account, string region, LayerFilter filter, string after, int limit, CancellationToken stop) =>
        db.Read(session => session.Query(
            $"""
            select {Columns} from layer_versions v
            where v.account = @account and v.region = @region and v.name > @after and {Matches} and not exists (
                select 1 from layer_versions later
                where later.account = v.account and later.region = v.region and later.name = v.name and later.version > v.version
                    and later.runtimes like @runtime and later.architectures like @architecture)
            order by v.name
            limit @limit
            """,
            Version,
            [("account", account), ("region", region), ("after", after), ("limit", limit), .. Selecting(filter)]), stop);

    /// <summary>The newest first, those before <paramref name="before"/>.</summary>
    public ValueTask<List<LayerVersion>> Versions(LayerKey key, LayerFilter filter, long before, int limit, CancellationToken stop) =>
        db.Read(session => session.Query(
            $"select {Columns} from layer_versions v where {ThisLayer} and version < @before and {Matches} order by version desc limit @limit",
            Version, [.. Named(key), ("before", before), ("limit", limit), .. Selecting(filter)]), stop);

    /// <summary>A number that no version of the layer has had.</summary>
    public static async ValueTask<long> NextNumber(DbSession session, LayerKey key)
    {
        await session.Execute(
            """
            insert into layers (account, region, name, last_version) values (@account, @region, @name, 1)
            on conflict (account, region, name) do update set last_version = layers.last_version + 1
            """,
            Named(key));
        return (await session.Query($"select last_version from layers where {ThisLayer}", row => row.Int(0), Named(key)))[0];
    }

    public static ValueTask<int> Insert(DbSession session, LayerVersion version) => session.Execute(
        """
        insert into layer_versions (account, region, name, version, description, license, runtimes, architectures, code_digest, code_size, created)
        values (@account, @region, @name, @version, @description, @license, @runtimes, @architectures, @code_digest, @code_size, @created)
        """,
        [
            .. Named(version.Key), ("description", version.Description), ("license", version.License),
            ("runtimes", Write(version.Runtimes)), ("architectures", Write(version.Architectures)), ("code_digest", version.CodeDigest),
            ("code_size", version.CodeSize), ("created", version.Created.ToUnixTimeMilliseconds()),
        ]);

    public static async ValueTask Delete(DbSession session, LayerVersionKey key)
    {
        await session.Execute($"delete from layer_permissions where {ThisVersion}", Named(key));
        await session.Execute($"delete from layer_versions where {ThisVersion}", Named(key));
    }

    /// <summary>Null when there are no permissions.</summary>
    public ValueTask<LayerPolicy?> Policy(LayerVersionKey key, CancellationToken stop) => db.Read(session => Policy(session, key), stop);

    public static async ValueTask<LayerPolicy?> Policy(DbSession session, LayerVersionKey key)
    {
        var permissions = await session.Query(
            $"select statement_id, principal from layer_permissions where {ThisVersion} order by statement_id",
            row => new LayerPermission(row.Text(0), row.Text(1)), Named(key));
        var revision = await session.QueryFirst(
            $"select policy_revision from layer_versions where {ThisVersion} and policy_revision is not null", row => row.Text(0), Named(key));
        return permissions.Count == 0 || revision is null ? null : new(revision, permissions);
    }

    public static async ValueTask Allow(DbSession session, LayerVersionKey key, LayerPermission permission, string revision)
    {
        await session.Execute(
            """
            insert into layer_permissions (account, region, name, version, statement_id, principal)
            values (@account, @region, @name, @version, @statement_id, @principal)
            """,
            [.. Named(key), ("statement_id", permission.StatementId), ("principal", permission.Principal)]);
        await SetRevision(session, key, revision);
    }

    public static async ValueTask Disallow(DbSession session, LayerVersionKey key, string statementId, string revision)
    {
        await session.Execute(
            $"delete from layer_permissions where {ThisVersion} and statement_id = @statement_id", [.. Named(key), ("statement_id", statementId)]);
        await SetRevision(session, key, revision);
    }

    static ValueTask<int> SetRevision(DbSession session, LayerVersionKey key, string revision) => session.Execute(
        $"update layer_versions set policy_revision = @revision where {ThisVersion}", [.. Named(key), ("revision", revision)]);

    static (string, object?)[] Named(LayerKey key) => [("account", key.Account), ("region", key.Region), ("name", key.Name)];

    static (string, object?)[] Named(LayerVersionKey key) => [.. Named(key.Layer), ("version", key.Number)];

    static (string, object?)[] Selecting(LayerFilter filter) =>
        [("runtime", Containing(filter.Runtime)), ("architecture", Containing(filter.Architecture))];

    /// <summary>The names are those of AWS's enumerations: the one sign in them that LIKE knows is the underscore of x86_64.</summary>
    static string Containing(string? name) => name is null ? "%" : $"%,{name},%";

    static string Write(IReadOnlyList<string> names) => names.Count == 0 ? "" : $",{string.Join(',', names)},";

    static string[] Read(string names) => names.Split(',', StringSplitOptions.RemoveEmptyEntries);

    static LayerVersion Version(DbRow row) => new()
    {
        Key = new(new(row.Text(0), row.Text(1), row.Text(2)), row.Int(3)),
        Description = row.Text(4),
        License = row.TextOrNull(5),
        Runtimes = Read(row.Text(6)),
        Architectures = Read(row.Text(7)),
        CodeDigest = row.Text(8),
        CodeSize = row.Int(9),
        Created = DateTimeOffset.FromUnixTimeMilliseconds(row.Int(10)),
    };
}
