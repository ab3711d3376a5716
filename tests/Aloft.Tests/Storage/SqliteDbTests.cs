using Aloft.Storage;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Storage;

/// <summary>What is SQLite's own: its file, its disk.</summary>
public sealed class SqliteDbTests
{
    [Fact]
    public async Task What_was_acknowledged_is_there_when_the_process_just_ends()
    {
        await using var database = await WithItems(DbKind.Sqlite);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => database.Add($"{i}").AsTask()));
        // A kill leaves the files as they are at that moment: the database without its end, and its log.
        using var left = new TestFolder();
        foreach (var file in new[] { "aloft.db", "aloft.db-wal" }) File.Copy(database.Folder.File(file), left.File(file));
        await using var again = SqliteDb.Open(left.File("aloft.db"), TimeProvider.System);
        Assert.Equal(200, (await NamesIn(again)).Count);
    }

    [Fact]
    public async Task Commits_are_synced_to_disk()
    {
        await using var database = await Open(DbKind.Sqlite);
        var settings = await database.Db.Write(async session =>
        {
            var mode = await session.Query("PRAGMA journal_mode", row => row.Text(0));
            var synchronous = await session.Query("PRAGMA synchronous", row => row.Int(0));
            var keys = await session.Query("PRAGMA foreign_keys", row => row.Int(0));
            return (mode[0], synchronous[0], keys[0]);
        }, Forever);
        Assert.Equal(("wal", 2, 1), settings);
    }

    [Fact]
    public async Task A_full_disk_fails_the_writes_that_need_it_and_loses_nothing_else()
    {
        await using var database = await WithItems(DbKind.Sqlite);
        await database.Add("before");
        await database.Db.Write(session => session.Query("PRAGMA max_page_count = 20", row => row.Int(0)), Forever);
        var thrown = await Assert.ThrowsAsync<StorageException>(() => database.Add(new string('x', 200_000)).AsTask());
        Assert.Equal(StorageFailure.Full, thrown.Failure);
        Assert.Contains(database.Folder.File("aloft.db"), thrown.Message, StringComparison.Ordinal);
        await database.Add("between");

        var group = Enumerable.Range(0, 100)
            .Select(i => database.Add($"{i}{new string('y', i % 10 == 0 ? 90_000 : 10)}").AsTask())
            .ToArray();
        await Task.WhenAll(group.Select(write => write.ContinueWith(_ => { }, TaskScheduler.Default)));
        var acknowledged = group.Count(write => write.IsCompletedSuccessfully);
        Assert.InRange(acknowledged, 0, 99);
        Assert.Equal(2 + acknowledged, (await database.Names()).Count);

        await database.Db.Write(session => session.Query("PRAGMA max_page_count = 100000", row => row.Int(0)), Forever);
        await database.Add("after");
        Assert.Contains("after", await database.Names());
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.File("aloft.db"), new string('?', 10_000));
        var thrown = Assert.Throws<StorageException>(() => SqliteDb.Open(folder.File("aloft.db"), TimeProvider.System));
        Assert.Equal(StorageFailure.Corrupt, thrown.Failure);
        Assert.Contains("is damaged or not a database of Aloft", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_was_damaged_fails_the_read_that_meets_it()
    {
        await using var database = await WithItems(DbKind.Sqlite);
        for (var i = 0; i < 50; i++) await database.Add($"{i:d2}{new string('x', 500)}");
        await database.Db.DisposeAsync();
        using (var file = File.OpenWrite(database.Folder.File("aloft.db")))
        {
            file.Position = 4096;
            file.Write(Enumerable.Repeat((byte)0xff, (int)file.Length - 4096).ToArray());
        }
        var thrown = await Assert.ThrowsAsync<StorageException>(async () =>
        {
            await using var again = await database.OpenAgain();
            await NamesIn(again);
        });
        Assert.Equal(StorageFailure.Corrupt, thrown.Failure);
    }

    [Fact]
    public void A_folder_that_is_not_there_or_not_writable_is_named()
    {
        foreach (var path in new[] { "/proc/self/aloft.db", "/nowhere/aloft.db" })
        {
            var thrown = Assert.Throws<StorageException>(() => SqliteDb.Open(path, TimeProvider.System));
            Assert.Equal(StorageFailure.Denied, thrown.Failure);
            Assert.Contains(path, thrown.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_read_cannot_write()
    {
        await using var database = await WithItems(DbKind.Sqlite);
        var thrown = await Assert.ThrowsAsync<StorageException>(() => database.Db.Read(session => AddIn(session, "a"), Forever).AsTask());
        Assert.Equal(StorageFailure.Denied, thrown.Failure);
    }

    [Fact]
    public async Task Cancelling_interrupts_a_long_read_and_only_that()
    {
        await using var database = await WithItems(DbKind.Sqlite);
        await database.Add("a");
        using var cancelled = new CancellationTokenSource();
        var endless = database.Db.Read(session => session.Query(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
            row => { if (row.Int(0) == 1000) cancelled.Cancel(); return 0; }), cancelled.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless.AsTask());
        for (var i = 0; i < 10; i++) Assert.Equal(["a"], await database.Names());
    }
}
