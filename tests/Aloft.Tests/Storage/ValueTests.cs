using Aloft.Storage;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Storage;

/// <summary>Values go in and come out alike on both databases.</summary>
public sealed class ValueTests
{
    private static readonly Migration[] Tables =
        [new(1, "CREATE TABLE thing (id {id}, words TEXT, amount {int}, weight {real}, content {bytes})")];

    [Theory, OnSqlite, OnPostgres]
    public async Task Every_kind_of_value_comes_back_as_it_was(DbKind kind)
    {
        await using var database = await With(kind);
        var bytes = new byte[] { 0, 1, 254, 255 };
        await Add(database, "Grüße, 世界 🚀 'quoted' @name; --", long.MaxValue, -0.1e-300, bytes);
        await Add(database, "", long.MinValue, double.MaxValue, Array.Empty<byte>());
        var rows = await database.Db.Read(session => session.Query("SELECT words, amount, weight, content FROM thing ORDER BY id",
            row => (row.Text(0), row.Int(1), row.Real(2), Convert.ToHexString(row.Bytes(3)))), Forever);
        Assert.Equal(
            [("Grüße, 世界 🚀 'quoted' @name; --", long.MaxValue, -0.1e-300, "0001FEFF"), ("", long.MinValue, double.MaxValue, "")], rows);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Null_is_null_and_reading_it_as_a_value_is_an_error(DbKind kind)
    {
        await using var database = await With(kind);
        await Add(database, null, null, null, null);
        var row = await database.Db.Read(session => session.QueryFirst("SELECT words, amount, weight, content FROM thing",
            row => Tuple.Create(row.TextOrNull(0), row.IntOrNull(1), row.IsNull(2), row.IsNull(3))), Forever);
        Assert.Equal(Tuple.Create((string?)null, (long?)null, true, true), row);
        foreach (var read in new Func<DbRow, object>[] { row => row.Text(0), row => row.Int(1), row => row.Real(2), row => row.Bytes(3) })
        {
            await Assert.ThrowsAnyAsync<Exception>(() =>
                database.Db.Read(session => session.Query("SELECT words, amount, weight, content FROM thing", read), Forever).AsTask());
        }
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Booleans_ints_and_slices_of_bytes_are_stored_as_int_and_bytes(DbKind kind)
    {
        await using var database = await With(kind);
        await Add(database, "true", true, 1.5, new ReadOnlyMemory<byte>([9, 8, 7, 6], 1, 2));
        await Add(database, "false", false, 2.0, new ReadOnlyMemory<byte>([5]));
        await Add(database, "int", 7, 3.0, null);
        var rows = await database.Db.Read(session => session.Query("SELECT amount, content FROM thing ORDER BY id",
            row => (row.Int(0), row.IsNull(1) ? null : Convert.ToHexString(row.Bytes(1)))), Forever);
        Assert.Equal([(1, "0807"), (0, "05"), (7, null)], rows);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Comparisons_counts_and_sums_are_ints(DbKind kind)
    {
        await using var database = await With(kind);
        await Add(database, "a", 2, 0.5, null);
        await Add(database, "b", 3, 0.5, null);
        var row = await database.Db.Read(session => session.QueryFirst(
            "SELECT EXISTS (SELECT 1 FROM thing), 1 > 2, count(*), sum(amount), sum(weight), 42 FROM thing",
            row => Tuple.Create(row.Int(0), row.Int(1), row.Int(2), row.Int(3), row.Real(4), row.Int(5))), Forever);
        Assert.Equal(Tuple.Create(1L, 0L, 2L, 5L, 1.0, 42L), row);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Text_sorts_and_compares_byte_by_byte(DbKind kind)
    {
        await using var database = await With(kind);
        foreach (var words in new[] { "b", "a", "B", "ä", "A-", "_", "A" }) await Add(database, words, null, null, null);
        Assert.Equal(["A", "A-", "B", "_", "a", "b", "ä"],
            await database.Db.Read(session => session.Query("SELECT words FROM thing ORDER BY words", row => row.Text(0)), Forever));
        Assert.Equal(["_", "a", "b", "ä"], await database.Db.Read(session => session.Query(
            "SELECT words FROM thing WHERE words > @after ORDER BY words", row => row.Text(0), ("after", "B")), Forever));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_parameter_may_be_used_twice_given_in_any_order_and_with_its_sign(DbKind kind)
    {
        await using var database = await With(kind);
        const string Sql = "SELECT @b, @a, @b";
        Func<DbRow, string> map = row => row.Text(0) + row.Text(1) + row.Text(2);
        await database.Db.Read(async session =>
        {
            Assert.Equal(["212"], await session.Query(Sql, map, ("a", "1"), ("b", "2")));
            Assert.Equal(["212"], await session.Query(Sql, map, ("@b", "2"), ("@a", "1")));
            return 0;
        }, Forever);
    }

    // SQLite alone: for PostgreSQL @amount is an expression, the absolute value of the column. Every store is tested on both.
    [Theory, OnSqlite]
    public async Task A_missing_parameter_is_an_error_even_when_it_was_given_before(DbKind kind)
    {
        await using var database = await With(kind);
        const string Sql = "SELECT 1 FROM thing WHERE words = @words AND amount = @amount";
        await database.Db.Read(session => session.Query(Sql, row => row.Int(0), ("words", "a"), ("amount", 1)), Forever);
        await Assert.ThrowsAnyAsync<Exception>(() =>
            database.Db.Read(session => session.Query(Sql, row => row.Int(0), ("words", "a")), Forever).AsTask());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_value_that_cannot_be_stored_is_refused_by_name(DbKind kind)
    {
        await using var database = await With(kind);
        var thrown = await Assert.ThrowsAsync<ArgumentException>(() => Add(database, "a", DateTimeOffset.UnixEpoch, null, null));
        Assert.Contains("'amount' is a DateTimeOffset", thrown.Message, StringComparison.Ordinal);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Ids_count_up_and_are_returned(DbKind kind)
    {
        await using var database = await With(kind);
        async Task<long> Insert() => (await database.Db.Write(
            session => session.Query("INSERT INTO thing (words) VALUES ('a') RETURNING id", row => row.Int(0)), Forever))[0];
        var first = await Insert();
        var second = await Insert();
        Assert.True(second > first);
        Assert.Equal(2, await database.Db.Write(session => session.Execute("DELETE FROM thing"), Forever));
        Assert.True(await Insert() > second, "an id is never given twice");
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Seven_megabytes_fit_in_one_value(DbKind kind)
    {
        await using var database = await With(kind);
        var bytes = new byte[7 * 1024 * 1024];
        new Random(1).NextBytes(bytes);
        await Add(database, new string('x', 1_000_000), 1, null, bytes);
        var row = await database.Db.Read(session =>
            session.QueryFirst("SELECT words, content FROM thing", row => Tuple.Create(row.Text(0), row.Bytes(1))), Forever);
        Assert.Equal(1_000_000, row!.Item1.Length);
        Assert.True(bytes.AsSpan().SequenceEqual(row.Item2));
    }

    private static async Task<TestDatabase> With(DbKind kind)
    {
        var database = await Open(kind);
        await database.Db.Migrate("test", Tables, Forever);
        return database;
    }

    private static Task Add(TestDatabase database, string? words, object? amount, object? weight, object? content) =>
        database.Db.Write(session => session.Execute(
            "INSERT INTO thing (words, amount, weight, content) VALUES (@words, @amount, @weight, @content)",
            ("words", words), ("amount", amount), ("weight", weight), ("content", content)), Forever).AsTask();
}
