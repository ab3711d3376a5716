using Aloft.Platform.Functions.Code;
using Aloft.Storage;
using Aloft.Tests.Storage;
using Aloft.Wire;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Functions.Code;

/// <summary>A code store over blobs in files, at a time that only the test moves.</summary>
sealed class CodeFixture : IDisposable
{
    readonly TestFolder folder = new();

    public CodeFixture()
    {
        Time.Advance(TimeSpan.FromMilliseconds(678)); // so that times show whether they keep them
        Blobs = new FileBlobStore(folder.File("blobs"), Time);
        Store = CodeStore.Open(Root, Blobs, Time);
    }

    public FakeTime Time { get; } = new();

    public BlobStore Blobs { get; }

    public CodeStore Store { get; private set; }

    public string Root => folder.File("code");

    /// <summary>What the folder of unpacked code holds, apart from the mark of the boot.</summary>
    public string[] Left =>
        [.. Directory.EnumerateFileSystemEntries(Root).Select(path => Path.GetFileName(path)).Where(name => name != ".boot").Order()];

    /// <summary>As after a kill: another process over the same folders.</summary>
    public void Reopen() => Store = CodeStore.Open(Root, Blobs, Time);

    /// <summary>Adds a zip and gives its unpacked folder.</summary>
    public async Task<string> Unpack(byte[] zip)
    {
        var package = await Store.Add(zip, Forever);
        return await Store.Folder(package.Digest, Forever);
    }

    /// <summary>The message that refuses the zip; nothing of it may be left, neither unpacked nor as a blob.</summary>
    public async Task<string> Refuses(byte[] zip)
    {
        var before = Left;
        var error = await Assert.ThrowsAsync<ApiError>(async () => await Store.Add(zip, Forever));
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
