using Aloft.Storage;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Storage;

public sealed class MigrationTests
{
    private static readonly Migration First =
        new(1, "CREATE TABLE one (a {int} NOT NULL, b {bytes}, c {real}, d TEXT); CREATE INDEX one_a ON one (a);");

    private static readonly Migration Second = new(2, "INSERT INTO one (a, d) VALUES (7, 'a;b'); CREATE TABLE two (a TEXT);");

    [Theory, OnSqlite, OnPostgres]
    public async Task Each_is_applied_once_in_order_and_recorded(DbKind kind)
    {
        await using var database = await Open(kind);
        await database.Db.Migrate("slice", [First], Forever);
        await database.Db.Migrate("slice", [First, Second], Forever);
        await database.Reopen();
        await database.Db.Migrate("slice", [First, Second], Forever);
        Assert.Equal([(7L, "a;b")], await Rows(database.Db, "SELECT a, d FROM one"));
        Assert.Equal([(1L, "slice"), (2L, "slice")], await Rows(database.Db, "SELECT number, slice FROM aloft_migrations ORDER BY number"));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Slices_number_their_migrations_independently(DbKind kind)
    {
        await using var database = await Open(kind);
        await database.Db.Migrate("x", [new(1, "CREATE TABLE x (a TEXT)")], Forever);
        await database.Db.Migrate("y", [new(1, "CREATE TABLE y (a TEXT)")], Forever);
        Assert.Empty(await Rows(database.Db, "SELECT 1, a FROM x UNION SELECT 1, a FROM y"));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task One_that_fails_leaves_nothing_and_can_be_tried_again(DbKind kind)
    {
        await using var database = await Open(kind);
        var broken = new Migration(2, "CREATE TABLE two (a TEXT); INSERT INTO nowhere VALUES (1);");
        await Assert.ThrowsAsync<StorageException>(() => database.Db.Migrate("slice", [First, broken], Forever).AsTask());
        Assert.Equal([(1L, "slice")], await Rows(database.Db, "SELECT number, slice FROM aloft_migrations"));
        await database.Db.Migrate("slice", [First, Second], Forever);
        Assert.Single(await Rows(database.Db, "SELECT a, d FROM one"));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task One_that_was_changed_after_it_was_applied_is_refused(DbKind kind)
    {
        await using var database = await Open(kind);
        await database.Db.Migrate("slice", [First], Forever);
        await Refused(database, "Migration 1 of slice was changed", First with { Sql = First.Sql + " -- more" });
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_database_of_a_newer_version_is_refused(DbKind kind)
    {
        await using var database = await Open(kind);
        await database.Db.Migrate("slice", [First, Second], Forever);
        await Refused(database, "has migration 2 of slice, which this version of Aloft does not know", First);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task One_that_is_put_before_an_applied_one_is_refused(DbKind kind)
    {
        await using var database = await Open(kind);
        await database.Db.Migrate("slice", [Second with { Sql = "CREATE TABLE two (a TEXT)" }], Forever);
        await Refused(database, "had migration 2 of slice before 1", First, Second);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Nodes_that_start_at_once_apply_each_once(DbKind kind)
    {
        await using var database = await Open(kind);
        var nodes = new List<Db>();
        for (var i = 0; i < (kind is DbKind.PostgreSql ? 5 : 1); i++) nodes.Add(await database.OpenAgain());
        await Task.WhenAll(nodes.Select(node => node.Migrate("slice", [First, Second], Forever).AsTask()));
        foreach (var node in nodes) await node.DisposeAsync();
        Assert.Single(await Rows(database.Db, "SELECT a, d FROM one"));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task An_unknown_placeholder_is_refused(DbKind kind)
    {
        await using var database = await Open(kind);
        await Refused(database, "{blob}, which stands for nothing", new Migration(1, "CREATE TABLE x (a {blob})"));
    }

    [Fact]
    public void Line_ends_do_not_change_a_checksum() =>
        Assert.Equal(new Migration(1, "a\nb").Checksum, new Migration(1, "a\r\nb").Checksum);

    [Fact]
    public void A_folder_without_scripts_is_refused() =>
        Assert.Throws<ArgumentException>(() => Migration.FromResources(typeof(MigrationTests).Assembly, "Aloft.Nowhere"));

    [Fact]
    public void Embedded_scripts_come_in_the_order_of_their_numbers()
    {
        var migrations = Migration.FromResources(typeof(MigrationTests).Assembly, "Aloft.Tests.Storage.migrations");
        Assert.Equal([new(2, "SELECT 2;\n"), new(10, "SELECT 10;\n")], migrations);
    }

    private static async Task Refused(TestDatabase database, string why, params Migration[] migrations)
    {
        var thrown = await Assert.ThrowsAsync<StorageException>(() => database.Db.Migrate("slice", migrations, Forever).AsTask());
        Assert.Equal(StorageFailure.Schema, thrown.Failure);
        Assert.Contains(why, thrown.Message, StringComparison.Ordinal);
    }

    private static ValueTask<List<(long, string)>> Rows(Db db, string sql) =>
        db.Read(session => session.Query(sql, row => (row.Int(0), row.Text(1))), Forever);
}
