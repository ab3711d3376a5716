using System.Security.Cryptography;
using Aloft.Storage;

namespace Aloft.Platform.Functions.Code;

/// <summary>
/// Function packages: content-addressed zips in the blob store, unpacked once per node into a read-only folder that all sandboxes of
/// that code share. Guards against path traversal, absolute paths, links out of the tree and bombs.
/// </summary>
/// <remarks>
/// A folder gets its final name, the digest, when it is complete; anything else in the root is a leftover of a kill and goes at the
/// next start. The folders are a cache and are not fsynced: what the kernel had not yet written is lost only when the machine goes
/// down, so folders of an earlier boot are thrown away and made again from the blobs, which are durable.
/// </remarks>
public sealed class CodeStore
{
    readonly string root;
    readonly BlobStore blobs;
    readonly TimeProvider time;
    readonly SemaphoreSlim unpackers = new(Limits.ConcurrentUnpacking);
    readonly Lock gate = new();
    readonly Dictionary<string, DateTimeOffset> lastUse = []; // of the folders that are complete, by digest
    readonly Dictionary<string, Task<string>> unpacking = [];

    CodeStore(string root, BlobStore blobs, TimeProvider time) => (this.root, this.blobs, this.time) = (root, blobs, time);

    /// <summary>Over a folder that no other process uses, which is made when it is missing and cleaned of leftovers.</summary>
    public static CodeStore Open(string root, BlobStore blobs, TimeProvider time)
    {
        var store = new CodeStore(Path.GetFullPath(root), blobs, time);
        Directory.CreateDirectory(root);
        var sameBoot = BootMark.IsOfThisBoot(root);
        foreach (var folder in Directory.EnumerateDirectories(root))
        {
            var name = Path.GetFileName(folder);
            if (sameBoot && IsDigest(name))
                store.lastUse[name] = time.GetUtcNow();
            else
                PackageFolder.Delete(folder);
        }
        BootMark.Write(root); // not before: a kill in between must leave the old mark
        return store;
    }

    /// <summary>
    /// Checks the zip by unpacking it, stores it durably, returns its digest. Throws <c>InvalidParameterValueException</c>; then nothing
    /// is left behind.
    /// </summary>
    public async ValueTask<CodePackage> Add(ReadOnlyMemory<byte> zip, CancellationToken stop)
    {
        var (folder, package) = await Unpack(zip, stop);
        try
        {
            await blobs.Put(zip, stop);
        }
        catch
        {
            PackageFolder.Delete(folder);
            throw;
        }
        Keep(folder, package.Digest);
        return package;
    }

    /// <summary>What <see cref="Add"/> would answer or throw, storing nothing.</summary>
    public async ValueTask<CodePackage> Check(ReadOnlyMemory<byte> zip, CancellationToken stop)
    {
        var (folder, package) = await Unpack(zip, stop);
        PackageFolder.Delete(folder);
        return package;
    }

    /// <summary>The unpacked, read-only folder of a package, made from the blob when this node does not have it yet.</summary>
    public ValueTask<string> Folder(string digest, CancellationToken stop) => Folder(digest, [], stop);

    /// <summary>
    /// The read-only folder in which these packages lie one over another, the last on top; null of none, of one its own folder.
    /// It is made when this node does not have it yet, and swept as the packages are, by <see cref="LayerStack.Digest"/>.
    /// </summary>
    public async ValueTask<string?> Stack(IReadOnlyList<string> packages, CancellationToken stop) =>
        LayerStack.Digest(packages) is { } digest ? await Folder(digest, packages, stop) : null;

    /// <summary>Bytes of all files of a package.</summary>
    public async ValueTask<long> UnpackedBytes(string digest, CancellationToken stop) => PackageFolder.Bytes(await Folder(digest, stop));

    ValueTask<string> Folder(string digest, IReadOnlyList<string> packages, CancellationToken stop)
    {
        Task<string>? making;
        lock (gate)
        {
            if (lastUse.ContainsKey(digest))
            {
                lastUse[digest] = time.GetUtcNow();
                return new(FolderOf(digest));
            }
            if (!unpacking.TryGetValue(digest, out making))
                unpacking[digest] = making = Restore(digest, packages);
        }
        return new(making.WaitAsync(stop)); // one caller's giving up must not take it from the others
    }

    /// <summary>The path of the package's zip, or null when there is none.</summary>
    public ValueTask<string?> FindZip(string digest, CancellationToken stop) => blobs.FindFile(digest, stop);

    /// <summary>
    /// Removes the folders, unpacked or merged, that are not in <paramref name="live"/> and were not asked for during <paramref name="age"/>;
    /// returns how many. The blobs stay: they are the blob store's to sweep.
    /// </summary>
    public int Sweep(IReadOnlySet<string> live, TimeSpan age)
    {
        var before = time.GetUtcNow() - age;
        var gone = new List<string>();
        lock (gate)
        {
            foreach (var digest in lastUse.Where(use => use.Value <= before && !live.Contains(use.Key)).Select(use => use.Key).ToList())
            {
                // Renamed while the gate is held: whoever asks from now on gets a new folder under the old name.
                var leaving = NewPath();
                Directory.Move(FolderOf(digest), leaving);
                lastUse.Remove(digest);
                gone.Add(leaving);
            }
        }
        foreach (var folder in gone)
            PackageFolder.Delete(folder);
        return gone.Count;
    }

    async Task<string> Restore(string digest, IReadOnlyList<string> packages)
    {
        await Task.Yield(); // it is started under the gate
        try
        {
            Keep(packages.Count > 1 ? await Merge(packages) : await Unpack(digest), digest);
            return FolderOf(digest);
        }
        finally
        {
            lock (gate)
                unpacking.Remove(digest);
        }
    }

    async ValueTask<string> Unpack(string digest)
    {
        var zip = await blobs.FindFile(digest, CancellationToken.None)
            ?? throw new FileNotFoundException($"The blob store has no package {digest}.");
        return (await Unpack(await File.ReadAllBytesAsync(zip, CancellationToken.None), CancellationToken.None)).Folder;
    }

    async ValueTask<string> Merge(IReadOnlyList<string> packages)
    {
        var folders = new List<string>();
        foreach (var package in packages)
            folders.Add(await Folder(package, CancellationToken.None));
        await unpackers.WaitAsync();
        try
        {
            var merged = NewPath();
            LayerStack.Merge(folders, merged);
            return merged;
        }
        finally
        {
            unpackers.Release();
        }
    }

    async ValueTask<(string Folder, CodePackage Package)> Unpack(ReadOnlyMemory<byte> zip, CancellationToken stop)
    {
        await unpackers.WaitAsync(stop);
        try
        {
            using var contents = PackageContents.Read(zip);
            var folder = NewPath();
            var digest = Convert.ToHexStringLower(SHA256.HashData(zip.Span));
            return (folder, new(digest, zip.Length, PackageFolder.Unpack(contents, folder, stop)));
        }
        finally
        {
            unpackers.Release();
        }
    }

    void Keep(string folder, string digest)
    {
        lock (gate)
        {
            if (!lastUse.ContainsKey(digest))
                Directory.Move(folder, FolderOf(digest));
            lastUse[digest] = time.GetUtcNow();
        }
        PackageFolder.Delete(folder); // still there when another one came first
    }

    string FolderOf(string digest) => Path.Combine(root, digest);

    /// <summary>For a folder that belongs to no digest. What a kill leaves of it goes at the next start.</summary>
    internal string NewPath() => Path.Combine(root, $".{Guid.NewGuid():N}");

    static bool IsDigest(string name) => name.Length == 64 && !name.AsSpan().ContainsAnyExcept("0123456789abcdef");
}

/// <param name="Digest">Lower-case hex SHA-256 of the zip.</param>
public sealed record CodePackage(string Digest, long ZipBytes, long UnpackedBytes)
{
    /// <summary>AWS's CodeSha256: the same digest in base64.</summary>
    public string CodeSha256 => Convert.ToBase64String(Convert.FromHexString(Digest));
}
