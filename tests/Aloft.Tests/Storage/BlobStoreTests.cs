using System.Security.Cryptography;
using Aloft.Storage;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Storage;

/// <summary>What every blob store promises, on files, on SQLite rows and on PostgreSQL rows.</summary>
public sealed class BlobStoreTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory, OnFiles, OnSqlite, OnPostgres]
    public async Task What_is_put_is_found_as_a_read_only_file_also_after_reopening(DbKind? kind)
    {
        await using var stores = await Stores.Open(kind);
        var content = Content(3_000_000);
        var digest = await stores.Blobs.Put(content, Forever);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), digest);
        foreach (var blobs in new[] { stores.Blobs, await stores.OpenAgain() })
        {
            var path = await blobs.FindFile(digest, Forever);
            Assert.Equal(content, await File.ReadAllBytesAsync(path!));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead, new FileInfo(path!).UnixFileMode);
        }
    }

    [Theory, OnFiles, OnSqlite, OnPostgres]
    public async Task An_empty_blob_is_a_blob(DbKind? kind)
    {
        await using var stores = await Stores.Open(kind);
        var path = await stores.Blobs.FindFile(await stores.Blobs.Put(ReadOnlyMemory<byte>.Empty, Forever), Forever);
        Assert.Equal(0, new FileInfo(path!).Length);
    }

    [Theory, OnFiles, OnSqlite, OnPostgres]
    public async Task What_nobody_put_is_not_found_and_what_is_no_digest_is_refused(DbKind? kind)
    {
        await using var stores = await Stores.Open(kind);
        Assert.Null(await stores.Blobs.FindFile(new string('a', 64), Forever));
        foreach (var address in new[] { "", "../../etc/passwd", new string('A', 64), new string('a', 63) + "/" })
            await Assert.ThrowsAsync<ArgumentException>(() => stores.Blobs.FindFile(address, Forever).AsTask());
    }

    [Theory, OnFiles, OnSqlite, OnPostgres]
    public async Task The_same_content_put_by_many_at_once_is_stored_once(DbKind? kind)
    {
        await using var stores = await Stores.Open(kind);
        var content = Content(100_000);
        var digests = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => stores.Blobs.Put(content, Forever).AsTask()));
        Assert.Single(digests.Distinct());
        Assert.Equal(content, await File.ReadAllBytesAsync((await stores.Blobs.FindFile(digests[0], Forever))!));
        stores.Time.Advance(2 * Hour);
        Assert.Equal(100_000, await stores.Blobs.Sweep(new HashSet<string>(), Hour, Forever));
    }

    [Theory, OnFiles, OnSqlite, OnPostgres]
    public async Task A_sweep_takes_what_is_neither_live_nor_young(DbKind? kind)
    {
        await using var stores = await Stores.Open(kind);
        var live = await stores.Blobs.Put(Content(10), Forever);
        var dead = await stores.Blobs.Put(Content(20), Forever);
        var renewed = await stores.Blobs.Put(Content(30), Forever);
        stores.Time.Advance(2 * Hour);
        var young = await stores.Blobs.Put(Content(40), Forever);
        await stores.Blobs.Put(Content(30), Forever);
        foreach (var digest in new[] { live, dead, renewed, young }) Assert.NotNull(await stores.Blobs.FindFile(digest, Forever));

        // Rows that were fetched are files that are younger than the rows.
        if (kind is not null) stores.Time.Advance(Hour / 2);
        Assert.Equal(20, await stores.Blobs.Sweep(new HashSet<string> { live }, Hour, Forever));
        foreach (var digest in new[] { live, renewed, young }) Assert.NotNull(await stores.Blobs.FindFile(digest, Forever));
        if (kind is null) Assert.Null(await stores.Blobs.FindFile(dead, Forever));
    }

    [Fact]
    public async Task What_a_kill_left_unfinished_is_removed_at_the_next_start()
    {
        await using var stores = await Stores.Open(null);
        await File.WriteAllTextAsync(Path.Combine(stores.Folder, "unfinished", "half"), "half a b");
        await stores.OpenAgain();
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(stores.Folder, "unfinished")));
    }

    [Theory, OnFiles, OnSqlite, OnPostgres]
    public async Task Nothing_unfinished_stays_after_a_put(DbKind? kind)
    {
        await using var stores = await Stores.Open(kind);
        await stores.Blobs.FindFile(await stores.Blobs.Put(Content(10), Forever), Forever);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(stores.Folder, "unfinished")));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_row_that_was_damaged_is_found_out_and_not_cached(DbKind? kind)
    {
        await using var stores = await Stores.Open(kind);
        var digest = await stores.Blobs.Put(Content(10), Forever);
        await stores.Db!.Write(session => session.Execute("UPDATE blob_chunk SET content = @content", ("content", new byte[10])), Forever);
        for (var i = 0; i < 2; i++)
        {
            var thrown = await Assert.ThrowsAsync<StorageException>(() => stores.Blobs.FindFile(digest, Forever).AsTask());
            Assert.Equal(StorageFailure.Corrupt, thrown.Failure);
        }
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(stores.Folder, "unfinished")));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        var thrown = Assert.Throws<StorageException>(() => new FileBlobStore("/proc/self/blobs", TimeProvider.System));
        Assert.Contains("/proc/self/blobs", thrown.Message, StringComparison.Ordinal);
    }

    private static byte[] Content(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class OnFilesAttribute : Xunit.Sdk.DataAttribute
    {
        public override IEnumerable<object?[]> GetData(System.Reflection.MethodInfo testMethod) => [[null]];
    }

    private sealed class Stores : IAsyncDisposable
    {
        private readonly TestFolder folder = new();
        private TestDatabase? database;

        public SteppedTime Time { get; } = new();
        public BlobStore Blobs { get; private set; } = null!;
        public string Folder => folder.Path;
        public Db? Db => database?.Db;

        public static async Task<Stores> Open(DbKind? kind)
        {
            var stores = new Stores { database = kind is { } rows ? await TestDatabase.Open(rows) : null };
            stores.Blobs = await stores.OpenAgain();
            return stores;
        }

        public async Task<BlobStore> OpenAgain() =>
            Db is null ? new FileBlobStore(Folder, Time) : await DbBlobStore.Open(Db, Folder, Time, Forever);

        public async ValueTask DisposeAsync()
        {
            if (database is not null) await database.DisposeAsync();
            folder.Dispose();
        }
    }

    private sealed class SteppedTime : TimeProvider
    {
        private DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => now;

        public void Advance(TimeSpan step) => now += step;
    }
}
