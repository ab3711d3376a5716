using Aloft.Storage;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Storage;

public sealed class DataFolderTests
{
    [Fact]
    public void It_is_made_for_its_user_alone()
    {
        using var folder = new TestFolder();
        using var data = DataFolder.Open(folder.File("a/b"));
        Assert.Equal(folder.File("a/b"), data.Path);
        Assert.Equal(folder.File("a/b/code"), data.Folder("code"));
        foreach (var path in new[] { data.Path, data.Folder("code") })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new FileInfo(path).UnixFileMode);
    }

    [Fact]
    public void A_second_one_is_refused_and_told_by_whom_until_the_first_is_disposed()
    {
        using var folder = new TestFolder();
        using (DataFolder.Open(folder.Path))
        {
            var thrown = Assert.Throws<StorageException>(() => DataFolder.Open(folder.Path));
            Assert.Equal(StorageFailure.InUse, thrown.Failure);
            Assert.Contains($"{folder.Path} is in use by process {Environment.ProcessId}.", thrown.Message, StringComparison.Ordinal);
        }
        using var again = DataFolder.Open(folder.Path);
    }

    [Fact]
    public void What_a_killed_process_left_does_not_hinder()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.File("lock"), "");
        File.WriteAllText(folder.File("pid"), "1");
        using var data = DataFolder.Open(folder.Path);
        Assert.Equal($"{Environment.ProcessId}", File.ReadAllText(folder.File("pid")));
    }

    [Fact]
    public void One_that_cannot_be_made_is_named()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.File("file"), "");
        foreach (var path in new[] { "/proc/self/aloft", folder.File("file") })
            Assert.Contains(path, Assert.Throws<StorageException>(() => DataFolder.Open(path)).Message, StringComparison.Ordinal);
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task The_database_and_blobs_that_a_node_asks_for_are_opened(DbKind kind)
    {
        using var folder = new TestFolder();
        using var data = DataFolder.Open(folder.Path);
        var address = kind is DbKind.Sqlite ? "sqlite" : await (await PostgresServer.Shared).CreateDatabase();
        await using var db = await Databases.Open(address, data, TimeProvider.System, Forever);
        var blobs = await Databases.OpenBlobs(db, data, TimeProvider.System, Forever);
        Assert.Equal(kind, db.Kind);
        Assert.NotNull(await blobs.FindFile(await blobs.Put("x"u8.ToArray(), Forever), Forever));
    }

    [Fact]
    public async Task A_database_of_an_unknown_kind_is_refused()
    {
        using var folder = new TestFolder();
        using var data = DataFolder.Open(folder.Path);
        var thrown = await Assert.ThrowsAsync<StorageException>(() =>
            Databases.Open("oracle", data, TimeProvider.System, Forever).AsTask());
        Assert.Contains("There is no database 'oracle'", thrown.Message, StringComparison.Ordinal);
    }
}
