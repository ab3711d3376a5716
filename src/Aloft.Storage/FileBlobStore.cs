using System.Security.Cryptography;

namespace Aloft.Storage;

/// <summary>
/// Blobs as read-only files, <c>ab/abcdef…</c>. A file has its name only once its content is complete and on disk; what a kill left
/// unfinished is in <c>unfinished/</c> and goes at the next start.
/// </summary>
public sealed class FileBlobStore : BlobStore
{
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string folder;
    private readonly string unfinished;
    private readonly TimeProvider time;

    // Between "it is there already" and the touch that keeps it young, no sweep may take it.
    private readonly Lock naming = new();

    /// <summary>One process at a time may have a store of <paramref name="folder"/>, which is made when it is not there.</summary>
    public FileBlobStore(string folder, TimeProvider time)
    {
        this.folder = Path.GetFullPath(folder);
        this.time = time;
        unfinished = Path.Combine(this.folder, "unfinished");
        try
        {
            if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
            Directory.CreateDirectory(unfinished);
        }
        catch (Exception e) when (FileErrors.IsKnown(e))
        {
            throw FileErrors.Explain(e, this.folder);
        }
    }

    public override async ValueTask<string> Put(ReadOnlyMemory<byte> content, CancellationToken stop)
    {
        await PoolThread.Enter();
        var digest = Convert.ToHexStringLower(SHA256.HashData(content.Span));
        if (!Touch(digest)) await Add(digest, (file, token) => file.WriteAsync(content, token), stop);
        return digest;
    }

    public override ValueTask<string?> FindFile(string sha256, CancellationToken stop)
    {
        var path = PathOf(sha256);
        return ValueTask.FromResult(File.Exists(path) ? path : null);
    }

    public override async ValueTask<long> Sweep(IReadOnlySet<string> live, TimeSpan age, CancellationToken stop)
    {
        await PoolThread.Enter();
        var newest = (time.GetUtcNow() - age).UtcDateTime;
        var freed = 0L;
        foreach (var shard in Directory.EnumerateDirectories(folder, "??"))
        {
            stop.ThrowIfCancellationRequested();
            foreach (var file in new DirectoryInfo(shard).EnumerateFiles())
                if (!live.Contains(file.Name)) freed += DeleteIfOlder(file.FullName, newest);
        }
        return freed;
    }

    /// <summary>
    /// Makes the file of <paramref name="sha256"/> from what <paramref name="fill"/> writes, which vouches for the digest; durable on
    /// return.
    /// </summary>
    internal async ValueTask<string> Add(string sha256, Func<FileStream, CancellationToken, ValueTask> fill, CancellationToken stop)
    {
        var path = PathOf(sha256);
        var draft = Path.Combine(unfinished, Guid.NewGuid().ToString("n"));
        try
        {
            await using var file = new FileStream(draft, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                BufferSize = 0,
                UnixCreateMode = ReadOnly | UnixFileMode.UserWrite,
            });
            await fill(file, stop);
            File.SetUnixFileMode(file.SafeFileHandle, ReadOnly);
            file.Flush(flushToDisk: true);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Name(draft, path);
            // Syncing the renamed file again makes its new name durable: on ext4, XFS and Btrfs an fsync commits everything that happened
            // to the file before, its rename included. (.NET has no way to sync the folder itself.)
            file.Flush(flushToDisk: true);
            return path;
        }
        catch (Exception e) when (FileErrors.IsKnown(e))
        {
            throw FileErrors.Explain(e, folder);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Throws when the content so far has another digest.</summary>
    internal static async ValueTask Verify(FileStream file, string sha256, CancellationToken stop)
    {
        file.Position = 0;
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, stop));
        if (digest != sha256)
            throw new StorageException(StorageFailure.Corrupt, $"Blob {sha256} is damaged: its content has the digest {digest}.");
    }

    private void Name(string draft, string path)
    {
        lock (naming)
        {
            File.SetLastWriteTimeUtc(draft, time.GetUtcNow().UtcDateTime);
            File.Move(draft, path, overwrite: true);
        }
    }

    /// <summary>Makes a blob young again; false when it is not there.</summary>
    private bool Touch(string sha256)
    {
        lock (naming)
        {
            var path = PathOf(sha256);
            if (!File.Exists(path)) return false;
            File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
            return true;
        }
    }

    private long DeleteIfOlder(string path, DateTime newest)
    {
        lock (naming)
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.LastWriteTimeUtc > newest) return 0;
            var bytes = file.Length;
            file.Delete();
            return bytes;
        }
    }

    private string PathOf(string sha256) =>
        sha256.Length == 64 && sha256.All(char.IsAsciiHexDigitLower)
            ? Path.Combine(folder, sha256[..2], sha256)
            : throw new ArgumentException("A blob's address is 64 lower-case hexadecimal digits.", nameof(sha256));
}
