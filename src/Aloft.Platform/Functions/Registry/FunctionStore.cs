using System.Text.Json;
using Aloft.Platform.Functions.Asynchronous;
using Aloft.Platform.Functions.Provisioning;
using Aloft.Storage;

namespace Aloft.Platform.Functions.Registry;

/// <summary>A function as it is listed and shown: its <c>$LATEST</c> and what belongs to it as a whole.</summary>
public sealed record FunctionRecord(FunctionVersion Latest, int? ReservedConcurrency, IReadOnlyDictionary<string, string> Tags);

/// <param name="Code">Bytes of the packages of all functions and layers.</param>
public sealed record AccountUsage(long Functions, long Code);

/// <summary>All SQL of the registry. The methods that take a session are steps of one transaction.</summary>
internal sealed class FunctionStore(Db db)
{
    internal const string VersionColumns =
        "v.account, v.region, v.name, v.version, v.revision, v.state, v.update_status, v.failure_code, v.failure_reason, "
        + "v.code_digest, v.code_size, v.modified, v.configuration";

    const string ThisFunction = "account = @account and region = @region and name = @name";
    const string ThisVersion = ThisFunction + " and version = @version";

    public static readonly IReadOnlyList<Migration> Migrations =
        Migration.FromResources(typeof(FunctionStore).Assembly, "Aloft.Platform.Functions.Registry.migrations");

    public ValueTask<FunctionRecord?> Find(FunctionKey key, CancellationToken stop) => db.Read(session => Find(session, key), stop);

    public static ValueTask<FunctionRecord?> Find(DbSession session, FunctionKey key) => session.QueryFirst(
        $"""
        select {VersionColumns}, f.reserved_concurrency, f.tags
        from functions f join function_versions v on v.account = f.account and v.region = f.region and v.name = f.name
        where f.account = @account and f.region = @region and f.name = @name and v.version = '{FunctionVersion.Latest}'
        """,
        Record, Named(key));

    /// <summary>In the order of their names, those after <paramref name="after"/>.</summary>
    public ValueTask<List<FunctionRecord>> List(string account, string region, string after, int limit, CancellationToken stop) =>
        db.Read(session => session.Query(
            $"""
            select {VersionColumns}, f.reserved_concurrency, f.tags
            from functions f join function_versions v on v.account = f.account and v.region = f.region and v.name = f.name
            where f.account = @account and f.region = @region and f.name > @after and v.version = '{FunctionVersion.Latest}'
            order by f.name
            limit @limit
            """,
            Record, ("account", account), ("region", region), ("after", after), ("limit", limit)), stop);

    /// <summary>Created or changed, and not ready yet.</summary>
    public ValueTask<List<FunctionVersion>> Unsettled(int limit, CancellationToken stop) => db.Read(session => session.Query(
        $"""
        select {VersionColumns} from function_versions v
        where v.state = 'Pending' or v.update_status = 'InProgress'
        order by v.account, v.region, v.name
        limit @limit
        """,
        Version, ("limit", limit)), stop);

    public static ValueTask<List<(FunctionKey, int)>> Reservations(DbSession session) => session.Query(
        "select account, region, name, reserved_concurrency from functions where reserved_concurrency is not null",
        row => (new FunctionKey(row.Text(0), row.Text(1), row.Text(2)), (int)row.Int(3)));

    /// <summary>The digests of every package that a function refers to, of its layers' folders, and of every layer version.</summary>
    public ValueTask<IReadOnlySet<string>> Digests(CancellationToken stop) => db.Read<IReadOnlySet<string>>(
        async session =>
        {
            const string packages = "select code_digest from function_versions union select code_digest from layer_versions";
            const string layered = "select distinct configuration from function_versions where configuration like '%\"layers\":[{%'";
            var digests = (await session.Query(packages, row => row.Text(0))).ToHashSet();
            foreach (var layers in await session.Query(layered, row => StoredConfiguration.Read(row.Text(0)).Layers!))
                digests.UnionWith(FunctionVersion.DigestsOf(layers));
            return digests;
        },
        stop);

    public ValueTask<AccountUsage> Usage(string account, string region, CancellationToken stop) =>
        db.Read(session => Usage(session, account, region), stop);

    public static async ValueTask<AccountUsage> Usage(DbSession session, string account, string region) => (await session.QueryFirst(
        $"""
        select (select count(*) from functions where account = @account and region = @region),
               (select cast(coalesce(sum(code_size), 0) as {BigInt}) from function_versions where account = @account and region = @region)
                   + (select cast(coalesce(sum(code_size), 0) as {BigInt}) from layer_versions where account = @account and region = @region)
        """,
        row => new AccountUsage(row.Int(0), row.Int(1)), ("account", account), ("region", region)))!;

    const string BigInt = "bigint"; // PostgreSQL's sum of bigint is numeric

    /// <summary>False when there is a function of that name.</summary>
    public static async ValueTask<bool> Insert(DbSession session, FunctionVersion version, IReadOnlyDictionary<string, string> tags)
    {
        var inserted = await session.Execute(
            "insert into functions (account, region, name, tags) values (@account, @region, @name, @tags) on conflict do nothing",
            [.. Named(version.Key), ("tags", WriteTags(tags))]);
        if (inserted == 0)
            return false;

        await InsertVersion(session, version);
        return true;
    }

    public static ValueTask<int> InsertVersion(DbSession session, FunctionVersion version) => session.Execute(
        """
        insert into function_versions (account, region, name, version, revision, state, update_status, failure_code, failure_reason,
            code_digest, code_size, modified, configuration)
        values (@account, @region, @name, @version, @revision, @state, @update_status, @failure_code, @failure_reason,
            @code_digest, @code_size, @modified, @configuration)
        """,
        Columns(version));

    /// <summary>Replaces the version with this picture of it.</summary>
    public static ValueTask<int> Update(DbSession session, FunctionVersion version) => session.Execute(
        $"""
        update function_versions set revision = @revision, state = @state, update_status = @update_status, failure_code = @failure_code,
            failure_reason = @failure_reason, code_digest = @code_digest, code_size = @code_size, modified = @modified,
            configuration = @configuration
        where {ThisVersion}
        """,
        Columns(version));

    /// <summary>Ends the settling of one revision; nothing when the function has moved on or is gone.</summary>
    public ValueTask<int> Settle(FunctionVersion settled, CancellationToken stop) => db.Write(session => session.Execute(
        $"""
        update function_versions
        set state = @state, update_status = @update_status, failure_code = @failure_code, failure_reason = @failure_reason
        where {ThisVersion} and revision = @revision and (state = 'Pending' or update_status = 'InProgress')
        """,
        [
            .. Named(settled.Key), ("version", settled.Version), ("revision", settled.RevisionId), ("state", settled.State.ToString()),
            ("update_status", settled.LastUpdateStatus.ToString()), ("failure_code", settled.Failure?.Code),
            ("failure_reason", settled.Failure?.Reason),
        ]), stop);

    /// <summary>With all that belongs to it. False when there is none.</summary>
    public static async ValueTask<bool> Delete(DbSession session, FunctionKey key)
    {
        foreach (var table in new[] { "function_urls", "function_policies", "function_aliases", "function_versions" })
            await session.Execute($"delete from {table} where {ThisFunction}", Named(key));
        await AsynchronousStore.DeleteAll(session, key);
        await ProvisionedStore.DeleteAll(session, key);
        return await session.Execute($"delete from functions where {ThisFunction}", Named(key)) > 0;
    }

    public static ValueTask<int> SetReserved(DbSession session, FunctionKey key, int? reserved) => session.Execute(
        $"update functions set reserved_concurrency = @reserved where {ThisFunction}", [.. Named(key), ("reserved", reserved)]);

    public static ValueTask<int> SetTags(DbSession session, FunctionKey key, IReadOnlyDictionary<string, string> tags) =>
        session.Execute($"update functions set tags = @tags where {ThisFunction}", [.. Named(key), ("tags", WriteTags(tags))]);

    public ValueTask<FunctionUrl?> FindUrl(string urlId, CancellationToken stop) => db.Read(session => session.QueryFirst(
        "select url_id, account, region, name, qualifier, created, modified, settings from function_urls where url_id = @url_id",
        Url, ("url_id", urlId)), stop);

    /// <summary>At most one for each alias and one for <c>$LATEST</c>.</summary>
    public ValueTask<List<FunctionUrl>> Urls(FunctionKey key, CancellationToken stop) => db.Read(session => Urls(session, key), stop);

    public static ValueTask<List<FunctionUrl>> Urls(DbSession session, FunctionKey key) => session.Query(
        $"select url_id, account, region, name, qualifier, created, modified, settings from function_urls where {ThisFunction} order by qualifier",
        Url, Named(key));

    /// <summary>False when the function, with this qualifier, has one.</summary>
    public static async ValueTask<bool> InsertUrl(DbSession session, FunctionUrl url) => await session.Execute(
        """
        insert into function_urls (url_id, account, region, name, qualifier, created, modified, settings)
        values (@url_id, @account, @region, @name, @qualifier, @created, @modified, @settings)
        on conflict do nothing
        """,
        [
            .. Named(url.Key), ("url_id", url.UrlId), ("qualifier", url.Qualifier ?? ""),
            ("created", url.CreationTime.ToUnixTimeMilliseconds()), ("modified", url.LastModifiedTime.ToUnixTimeMilliseconds()),
            ("settings", url.Settings.Write()),
        ]) > 0;

    public static ValueTask<int> UpdateUrl(DbSession session, FunctionUrl url) => session.Execute(
        "update function_urls set modified = @modified, settings = @settings where url_id = @url_id",
        ("url_id", url.UrlId), ("modified", url.LastModifiedTime.ToUnixTimeMilliseconds()), ("settings", url.Settings.Write()));

    public static ValueTask<int> DeleteUrl(DbSession session, FunctionUrl url) =>
        session.Execute("delete from function_urls where url_id = @url_id", ("url_id", url.UrlId));

    /// <summary>The key of that name, which <paramref name="fresh"/> becomes when there is none.</summary>
    public ValueTask<byte[]> SharedKey(string name, byte[] fresh, CancellationToken stop) => db.Write(async session =>
    {
        await session.Execute(
            "insert into function_keys (name, value) values (@name, @fresh) on conflict do nothing", ("name", name), ("fresh", fresh));
        return (await session.QueryFirst("select value from function_keys where name = @name", row => row.Bytes(0), ("name", name)))!;
    }, stop);

    internal static (string, object?)[] Named(FunctionKey key) => [("account", key.Account), ("region", key.Region), ("name", key.Name)];

    static (string, object?)[] Columns(FunctionVersion version) =>
    [
        .. Named(version.Key), ("version", version.Version), ("revision", version.RevisionId), ("state", version.State.ToString()),
        ("update_status", version.LastUpdateStatus.ToString()), ("failure_code", version.Failure?.Code),
        ("failure_reason", version.Failure?.Reason), ("code_digest", version.CodeDigest), ("code_size", version.CodeSize),
        ("modified", version.LastModified.ToUnixTimeMilliseconds()), ("configuration", StoredConfiguration.Write(version)),
    ];

    static FunctionRecord Record(DbRow row) => new(Version(row), (int?)row.IntOrNull(13), ReadTags(row.Text(14)));

    internal static FunctionVersion Version(DbRow row)
    {
        var stored = StoredConfiguration.Read(row.Text(12));
        return new()
        {
            Key = new(row.Text(0), row.Text(1), row.Text(2)),
            Version = row.Text(3),
            RevisionId = row.Text(4),
            State = Enum.Parse<FunctionState>(row.Text(5)),
            LastUpdateStatus = Enum.Parse<UpdateStatus>(row.Text(6)),
            Failure = row.TextOrNull(7) is { } code ? new(code, row.Text(8)) : null,
            CodeDigest = row.Text(9),
            CodeSize = row.Int(10),
            LastModified = DateTimeOffset.FromUnixTimeMilliseconds(row.Int(11)),
            Runtime = stored.Runtime,
            Handler = stored.Handler,
            Role = stored.Role,
            Description = stored.Description,
            MemoryMegabytes = stored.MemoryMegabytes,
            Timeout = TimeSpan.FromSeconds(stored.TimeoutSeconds),
            TmpMegabytes = stored.TmpMegabytes,
            Architecture = stored.Architecture,
            Environment = stored.Environment,
            LogGroup = stored.LogGroup,
            TracingMode = stored.TracingMode,
            Layers = stored.Layers ?? [],
            RuntimeUpdates = stored.RuntimeUpdates?.Settings ?? RuntimeUpdates.Auto,
            Logging = stored.JsonLog?.Settings ?? LogSettings.Text,
        };
    }

    static FunctionUrl Url(DbRow row) => new(
        row.Text(0), new(row.Text(1), row.Text(2), row.Text(3)), row.Text(4) is { Length: > 0 } qualifier ? qualifier : null, UrlSettings.Read(row.Text(7)),
        DateTimeOffset.FromUnixTimeMilliseconds(row.Int(5)), DateTimeOffset.FromUnixTimeMilliseconds(row.Int(6)));

    static string WriteTags(IReadOnlyDictionary<string, string> tags) => JsonSerializer.Serialize(
        new SortedDictionary<string, string>(tags.ToDictionary(), StringComparer.Ordinal),
        StoredConfigurationJson.Default.SortedDictionaryStringString);

    static SortedDictionary<string, string> ReadTags(string json) =>
        JsonSerializer.Deserialize(json, StoredConfigurationJson.Default.SortedDictionaryStringString)!;
}
