using Aloft.Platform.Functions.Code;
using Aloft.Storage;
using Aloft.Tests.Storage;
using Aloft.Wire;

namespace Aloft.Tests.Functions.Code;

/// <summary>A code store over blobs in files, at a time that only the test moves.</summary>
sealed class CodeFixture : IDisposable
{
    readonly TestFolder folder = new();

    public CodeFixture()
    {
        Blobs = new FileBlobStore(folder.File("blobs"), Time);
        Store = CodeStore.Open(Root, Blobs, Time);
    }

    public SettableTime Time { get; } = new();

    public BlobStore Blobs { get; }

    public CodeStore Store { get; private set; }

    public string Root => folder.File("code");

    /// <summary>What the folder of unpacked code holds, apart from the mark of the boot.</summary>
    public string[] Left => [.. Directory.EnumerateFileSystemEntries(Root).Select(path => Path.GetFileName(path)).Where(name => name != ".boot").Order()];

    /// <summary>As after a kill: another process over the same folders.</summary>
    public void Reopen() => Store = CodeStore.Open(Root, Blobs, Time);

    /// <summary>Adds a zip and gives its unpacked folder.</summary>
    public async Task<string> Unpack(byte[] zip)
    {
        var package = await Store.Add(zip, CancellationToken.None);
        return await Store.Folder(package.Digest, CancellationToken.None);
    }

    /// <summary>The message that refuses the zip; nothing of it may be left, neither unpacked nor as a blob.</summary>
    public async Task<string> Refuses(byte[] zip)
    {
        var before = Left;
        var error = await Assert.ThrowsAsync<ApiError>(async () => await Store.Add(zip, CancellationToken.None));
        Assert.Equal(("InvalidParameterValueException", 400), (error.Code, error.HttpStatus));
        Assert.Equal(before, Left);
        Assert.Empty(Directory.EnumerateFiles(folder.File("blobs"), "*", SearchOption.AllDirectories));
        return error.Message;
    }

    public void Dispose()
    {
        foreach (var unpacked in Directory.EnumerateDirectories(Root))
            PackageFolder.Delete(unpacked); // read-only: an ordinary user cannot just delete it
        folder.Dispose();
    }
}

/// <summary>Stands still until the test moves it. Timers run on the real clock: they are only deadlines here.</summary>
sealed class SettableTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 3, 1, 12, 30, 45, 678, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
