using Aloft.Storage;

namespace Aloft.Tests.Storage;

/// <summary>An empty database of either kind that goes with the test. What is in it can be opened a second time.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly Func<ValueTask<Db>> open;

    private TestDatabase(TestFolder folder, string url, Db db, Func<ValueTask<Db>> open)
    {
        Folder = folder;
        Url = url;
        Db = db;
        this.open = open;
    }

    public static CancellationToken Forever => CancellationToken.None;

    public Db Db { get; private set; }

    public TestFolder Folder { get; }

    /// <summary>Of PostgreSQL; empty for SQLite.</summary>
    public string Url { get; }

    public static async Task<TestDatabase> Open(DbKind kind, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        var folder = new TestFolder();
        var url = kind is DbKind.PostgreSql ? await (await PostgresServer.Shared).CreateDatabase() : "";
        Func<ValueTask<Db>> open = kind is DbKind.Sqlite
            ? () => ValueTask.FromResult<Db>(SqliteDb.Open(folder.File("aloft.db"), time))
            : async () => await PostgresDb.Open(url, time, Forever);
        return new(folder, url, await open(), open);
    }

    /// <summary>One with a table <c>item (name TEXT PRIMARY KEY, number {int})</c>.</summary>
    public static async Task<TestDatabase> WithItems(DbKind kind)
    {
        var database = await Open(kind);
        await database.Db.Migrate("test", [new(1, "CREATE TABLE item (name TEXT PRIMARY KEY, number {int})")], Forever);
        return database;
    }

    /// <summary>A second program's view of it.</summary>
    public ValueTask<Db> OpenAgain() => open();

    /// <summary>What a restart of PostgreSQL does to this database's connections.</summary>
    public async Task DropConnections() => await (await PostgresServer.Shared).DropConnections(new Uri(Url).AbsolutePath[1..]);

    public async Task Reopen()
    {
        await Db.DisposeAsync();
        Db = await open();
    }

    public ValueTask<int> Add(string name, long number = 0) => Db.Write(session => AddIn(session, name, number), Forever);

    public static ValueTask<int> AddIn(DbSession session, string name, long number = 0) =>
        session.Execute("INSERT INTO item (name, number) VALUES (@name, @number)", ("name", name), ("number", number));

    public ValueTask<List<string>> Names() => NamesIn(Db);

    public static ValueTask<List<string>> NamesIn(Db db) =>
        db.Read(session => session.Query("SELECT name FROM item ORDER BY name", row => row.Text(0)), Forever);

    public async ValueTask DisposeAsync()
    {
        await Db.DisposeAsync();
        Folder.Dispose();
    }
}

/// <summary>A folder that goes with the test.</summary>
public sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("aloft-test-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
