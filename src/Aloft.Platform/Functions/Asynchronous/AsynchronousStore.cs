using Aloft.Platform.Functions.Registry;
using Aloft.Storage;

namespace Aloft.Platform.Functions.Asynchronous;

/// <summary>All SQL of the asynchronous settings. The methods that take a session are steps of one transaction.</summary>
internal static class AsynchronousStore
{
    const string Columns = "account, region, name, qualifier, max_retries, max_age_seconds, on_success, on_failure, modified";
    const string ThisFunction = "account = @account and region = @region and name = @name";
    const string ThisConfig = ThisFunction + " and qualifier = @qualifier";

    public static readonly IReadOnlyList<Migration> Migrations =
        Migration.FromResources(typeof(AsynchronousStore).Assembly, "Aloft.Platform.Functions.Asynchronous.migrations");

    public static ValueTask<EventInvokeConfig?> Find(DbSession session, FunctionKey key, string qualifier) => session.QueryFirst(
        $"select {Columns} from event_invoke_configs where {ThisConfig}", Config, [.. Named(key), ("qualifier", qualifier)]);

    /// <summary>Of one function, in the order of qualifiers, those after <paramref name="after"/>.</summary>
    public static ValueTask<List<EventInvokeConfig>> List(DbSession session, FunctionKey key, string after, int limit) => session.Query(
        $"select {Columns} from event_invoke_configs where {ThisFunction} and qualifier > @after order by qualifier limit @limit",
        Config, [.. Named(key), ("after", after), ("limit", limit)]);

    /// <summary>In the place of what there was.</summary>
    public static ValueTask<int> Put(DbSession session, EventInvokeConfig config) => session.Execute(
        $"""
        insert into event_invoke_configs ({Columns})
        values (@account, @region, @name, @qualifier, @max_retries, @max_age_seconds, @on_success, @on_failure, @modified)
        on conflict (account, region, name, qualifier) do update set max_retries = excluded.max_retries,
            max_age_seconds = excluded.max_age_seconds, on_success = excluded.on_success, on_failure = excluded.on_failure,
            modified = excluded.modified
        """,
        [
            .. Named(config.Function), ("qualifier", config.Qualifier), ("max_retries", config.MaxRetries),
            ("max_age_seconds", (long?)config.MaxAge?.TotalSeconds), ("on_success", config.OnSuccess), ("on_failure", config.OnFailure),
            ("modified", config.LastModified.ToUnixTimeMilliseconds()),
        ]);

    public static ValueTask<int> Delete(DbSession session, FunctionKey key, string qualifier) => session.Execute(
        $"delete from event_invoke_configs where {ThisConfig}", [.. Named(key), ("qualifier", qualifier)]);

    /// <summary>All that belongs to a function, which goes with it.</summary>
    public static async ValueTask DeleteAll(DbSession session, FunctionKey key)
    {
        await session.Execute($"delete from event_invoke_configs where {ThisFunction}", Named(key));
        await session.Execute($"delete from recursion_configs where {ThisFunction}", Named(key));
    }

    public static async ValueTask<RecursiveLoop> Loop(DbSession session, FunctionKey key) =>
        await session.QueryFirst($"select recursive_loop from recursion_configs where {ThisFunction}", row => row.Text(0), Named(key)) is { } loop
            ? Enum.Parse<RecursiveLoop>(loop)
            : RecursiveLoop.Terminate;

    public static ValueTask<int> PutLoop(DbSession session, FunctionKey key, RecursiveLoop loop) => session.Execute(
        """
        insert into recursion_configs (account, region, name, recursive_loop) values (@account, @region, @name, @loop)
        on conflict (account, region, name) do update set recursive_loop = excluded.recursive_loop
        """,
        [.. Named(key), ("loop", loop.ToString())]);

    static (string, object?)[] Named(FunctionKey key) => [("account", key.Account), ("region", key.Region), ("name", key.Name)];

    static EventInvokeConfig Config(DbRow row) => new(
        new(row.Text(0), row.Text(1), row.Text(2)), row.Text(3), (int?)row.IntOrNull(4),
        row.IntOrNull(5) is { } seconds ? TimeSpan.FromSeconds(seconds) : null, row.TextOrNull(6), row.TextOrNull(7),
        DateTimeOffset.FromUnixTimeMilliseconds(row.Int(8)));
}
