using Aloft.Storage;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Storage;

/// <summary>What <see cref="Db.Read"/> and <see cref="Db.Write"/> promise, on both databases.</summary>
public sealed class TransactionTests
{
    [Theory, OnSqlite, OnPostgres]
    public async Task What_is_written_is_seen_by_the_next_read_and_after_reopening(DbKind kind)
    {
        await using var database = await WithItems(kind);
        Assert.Equal(1, await database.Add("a"));
        Assert.Equal(["a"], await database.Names());
        await database.Reopen();
        Assert.Equal(["a"], await database.Names());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_write_that_throws_leaves_nothing_and_its_exception_reaches_the_caller(DbKind kind)
    {
        await using var database = await WithItems(kind);
        var thrown = await Assert.ThrowsAsync<InvalidDataException>(() => database.Db.Write<int>(async session =>
        {
            await AddIn(session, "a");
            await AddIn(session, "b");
            throw new InvalidDataException("no");
        }, Forever).AsTask());
        Assert.Equal("no", thrown.Message);
        Assert.Empty(await database.Names());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_constraint_fails_the_write_and_the_next_one_works(DbKind kind)
    {
        await using var database = await WithItems(kind);
        await database.Add("a");
        var thrown = await Assert.ThrowsAsync<StorageException>(() => database.Add("a").AsTask());
        Assert.Equal(StorageFailure.Constraint, thrown.Failure);
        await database.Add("b");
        Assert.Equal(["a", "b"], await database.Names());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_write_whose_statement_failed_is_never_acknowledged(DbKind kind)
    {
        await using var database = await WithItems(kind);
        await database.Add("a");
        await Assert.ThrowsAsync<StorageException>(() => database.Db.Write(async session =>
        {
            await AddIn(session, "b");
            try
            {
                await AddIn(session, "a");
            }
            catch (StorageException)
            {
                // Caught, but the transaction is lost all the same.
            }
        }, Forever).AsTask());
        Assert.Equal(["a"], await database.Names());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_statement_that_is_wrong_says_so(DbKind kind)
    {
        await using var database = await WithItems(kind);
        var thrown = await Assert.ThrowsAsync<StorageException>(() =>
            database.Db.Read(session => session.Query("SELECT nothing FROM item", row => row.Int(0)), Forever).AsTask());
        Assert.Equal(StorageFailure.Invalid, thrown.Failure);
        Assert.Contains("nothing", thrown.Message, StringComparison.Ordinal);
        Assert.Empty(await database.Names());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_read_sees_one_snapshot_however_long_it_takes(DbKind kind)
    {
        await using var database = await WithItems(kind);
        await database.Add("a");
        var (before, after) = await database.Db.Read(async session =>
        {
            var first = await Count(session);
            await database.Add("b");
            return (first, await Count(session));
        }, Forever);
        Assert.Equal((1L, 1L), (before, after));
        Assert.Equal(["a", "b"], await database.Names());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_write_sees_its_own_changes(DbKind kind)
    {
        await using var database = await WithItems(kind);
        Assert.Equal(2, await database.Db.Write(async session =>
        {
            await AddIn(session, "a");
            await AddIn(session, "b");
            return await Count(session);
        }, Forever));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Concurrent_writes_are_all_there_after_reopening(DbKind kind)
    {
        await using var database = await WithItems(kind);
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => database.Add($"item{i:d4}", i).AsTask()));
        await database.Reopen();
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"item{i:d4}"), await database.Names());
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Writes_that_read_first_behave_as_if_one_ran_after_the_other(DbKind kind)
    {
        await using var database = await WithItems(kind);
        await database.Add("counter");
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => database.Db.Write(async session =>
        {
            var number = await session.Query("SELECT number FROM item WHERE name = 'counter'", row => row.Int(0));
            await session.Execute("UPDATE item SET number = @next WHERE name = 'counter'", ("next", number[0] + 1));
        }, Forever).AsTask()));
        Assert.Equal([40L], await database.Db.Read(session => session.Query("SELECT number FROM item", row => row.Int(0)), Forever));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_cancelled_token_means_that_the_delegate_is_not_run(DbKind kind)
    {
        await using var database = await WithItems(kind);
        var ran = false;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            database.Db.Write(_ => { ran = true; return ValueTask.FromResult(0); }, new(canceled: true)).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            database.Db.Read(_ => { ran = true; return ValueTask.FromResult(0); }, new(canceled: true)).AsTask());
        Assert.False(ran);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_write_cancelled_at_any_moment_is_done_wholly_or_not_at_all(DbKind kind)
    {
        await using var database = await WithItems(kind);
        var acknowledged = new List<string>();
        for (var i = 0; i < 60; i++)
        {
            var name = $"item{i:d2}";
            using var cancelled = new CancellationTokenSource();
            var write = database.Db.Write(async session =>
            {
                await AddIn(session, name + "/first");
                if (int.Parse(name.AsSpan(4, 2)) % 3 == 0) await cancelled.CancelAsync();
                await AddIn(session, name + "/second");
            }, cancelled.Token).AsTask();
            if (i % 3 == 1) await cancelled.CancelAsync();
            try
            {
                await write;
                acknowledged.Add(name);
            }
            catch (OperationCanceledException)
            {
                // Then it must have left nothing; what is there is looked at below.
            }
        }
        var names = await database.Names();
        Assert.All(names.GroupBy(name => name[..6]), halves => Assert.Equal(2, halves.Count()));
        Assert.Subset(names.Select(name => name[..6]).ToHashSet(), acknowledged.ToHashSet());
        Assert.InRange(acknowledged.Count, 20, 60);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_read_must_not_hold_on_to_a_connection_when_it_throws(DbKind kind)
    {
        await using var database = await WithItems(kind);
        for (var i = 0; i < 50; i++)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() =>
                database.Db.Read<int>(async session => { await Count(session); throw new InvalidDataException(); }, Forever).AsTask());
        }
        Assert.Empty(await database.Names());
    }

    private static async ValueTask<long> Count(DbSession session) =>
        (await session.Query("SELECT count(*) FROM item", row => row.Int(0)))[0];
}
