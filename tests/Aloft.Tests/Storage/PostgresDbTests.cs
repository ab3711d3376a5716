using Aloft.Storage;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Storage;

/// <summary>What is PostgreSQL's own: a server that can be away.</summary>
public sealed class PostgresDbTests
{
    [Fact]
    public async Task A_server_that_is_down_is_named_with_what_to_do_and_without_the_password()
    {
        var message = await Refused("postgres://aloft:topsecret@127.0.0.1:1/aloft", StorageFailure.Unavailable);
        Assert.Contains("PostgreSQL at 127.0.0.1:1 does not answer. Start it", message, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_does_not_exist_is_named() =>
        Assert.Contains("nowhere.invalid:5432",
            await Refused("postgres://nowhere.invalid/aloft", StorageFailure.Unavailable), StringComparison.Ordinal);

    [PostgresFact]
    public async Task A_wrong_password_is_told_apart()
    {
        var url = new UriBuilder(await (await PostgresServer.Shared).CreateDatabase()) { Password = "wrong" };
        Assert.Contains("refused user 'aloft'", await Refused(url.ToString(), StorageFailure.Denied), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_database_that_does_not_exist_is_told_apart()
    {
        var url = new UriBuilder(await (await PostgresServer.Shared).CreateDatabase()) { Path = "nowhere" };
        Assert.Contains("has no database 'nowhere'", await Refused(url.ToString(), StorageFailure.Unavailable), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Reads_and_writes_go_on_after_the_server_dropped_every_connection()
    {
        await using var database = await WithItems(DbKind.PostgreSql);
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => database.Add($"{i}").AsTask()));
        await database.DropConnections();
        await database.Add("after");
        Assert.Equal(31, (await database.Names()).Count);
    }

    [PostgresFact]
    public async Task A_connection_lost_in_mid_write_means_that_the_write_is_run_again()
    {
        await using var database = await WithItems(DbKind.PostgreSql);
        var runs = 0;
        await database.Db.Write(async session =>
        {
            await AddIn(session, "a");
            if (++runs == 1) await database.DropConnections();
            await AddIn(session, "b");
        }, Forever);
        Assert.Equal(2, runs);
        Assert.Equal(["a", "b"], await database.Names());
    }

    [PostgresFact]
    public async Task A_conflict_that_never_ends_reaches_the_caller()
    {
        await using var database = await WithItems(DbKind.PostgreSql);
        var runs = 0;
        var thrown = await Assert.ThrowsAsync<StorageException>(() => database.Db.Write(session =>
        {
            runs++;
            return session.Execute("DO $$ BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = 'serialization_failure'; END $$");
        }, Forever).AsTask());
        Assert.Equal(StorageFailure.Conflict, thrown.Failure);
        Assert.Equal(20, runs);
    }

    private static async Task<string> Refused(string url, StorageFailure failure)
    {
        var thrown = await Assert.ThrowsAsync<StorageException>(() => PostgresDb.Open(url, TimeProvider.System, Forever).AsTask());
        Assert.Equal(failure, thrown.Failure);
        return thrown.Message;
    }
}
