using System.Security.Cryptography;
using System.Text;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Functions.Code;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class CodeStoreTests : IDisposable
{
    const UnixFileMode AllRead = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    const UnixFileMode AllExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    readonly CodeFixture code = new();

    [Fact]
    public async Task A_package_is_described_by_its_digest_and_sizes()
    {
        var zip = TestZip.Of(("index.js", "12345"), ("lib/a.js", "678"));
        var package = await code.Store.Add(zip, Forever);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(zip)), package.Digest);
        Assert.Equal(Convert.ToBase64String(SHA256.HashData(zip)), package.CodeSha256);
        Assert.Equal((zip.Length, 8), (package.ZipBytes, package.UnpackedBytes));
        Assert.Equal(zip, await File.ReadAllBytesAsync((await code.Store.FindZip(package.Digest, Forever))!));
    }

    [Fact]
    public async Task Files_and_folders_come_out_as_they_went_in()
    {
        var folder = await code.Unpack(TestZip.Make(zip =>
        {
            TestZip.Add(zip, "index.js", "main");
            TestZip.Add(zip, "empty/", "", TestZip.Folder | 0x1ED);
            TestZip.Add(zip, "./lib//deep/ünï.txt", "ünïcode");
            TestZip.Add(zip, ".hidden", "");
        }));
        Assert.Equal("main", await File.ReadAllTextAsync(Path.Combine(folder, "index.js")));
        Assert.Equal("ünïcode", await File.ReadAllTextAsync(Path.Combine(folder, "lib/deep/ünï.txt"), Encoding.UTF8));
        Assert.True(Directory.Exists(Path.Combine(folder, "empty")));
        Assert.True(File.Exists(Path.Combine(folder, ".hidden")));
    }

    [Fact]
    public async Task All_can_read_and_nobody_can_write_and_only_execute_bits_are_kept()
    {
        var folder = await code.Unpack(TestZip.Make(zip =>
        {
            TestZip.Add(zip, "plain", "", TestZip.File | 0b110_000_000);
            TestZip.Add(zip, "bootstrap", "", TestZip.File | 0b001_000_000);
            TestZip.Add(zip, "setuid", "", TestZip.File | 0b111_111_101_101);
            TestZip.Add(zip, "without-modes", "", 0);
            TestZip.Add(zip, "private/", "", TestZip.Folder | 0b111_000_000);
        }));
        Assert.Equal(AllRead, File.GetUnixFileMode(Path.Combine(folder, "plain")));
        Assert.Equal(AllRead | AllExecute, File.GetUnixFileMode(Path.Combine(folder, "bootstrap")));
        Assert.Equal(AllRead | AllExecute, File.GetUnixFileMode(Path.Combine(folder, "setuid")));
        Assert.Equal(AllRead, File.GetUnixFileMode(Path.Combine(folder, "without-modes")));
        Assert.Equal(AllRead | AllExecute, File.GetUnixFileMode(Path.Combine(folder, "private")));
        Assert.Equal(AllRead | AllExecute, File.GetUnixFileMode(folder));
    }

    [Fact]
    public async Task Links_inside_the_tree_are_kept()
    {
        var folder = await code.Unpack(TestZip.Make(zip =>
        {
            TestZip.Add(zip, "lib/tool.js", "tool");
            TestZip.Add(zip, "bin/tool", "../lib/tool.js", TestZip.Link | 0x1FF);
            TestZip.Add(zip, "current", "lib", TestZip.Link | 0x1FF);
        }));
        Assert.Equal("../lib/tool.js", new FileInfo(Path.Combine(folder, "bin/tool")).LinkTarget);
        Assert.Equal("tool", await File.ReadAllTextAsync(Path.Combine(folder, "bin/tool")));
        Assert.Equal("tool", await File.ReadAllTextAsync(Path.Combine(folder, "current/tool.js")));
    }

    [Fact]
    public async Task Names_that_differ_only_in_case_are_two_files()
    {
        var folder = await code.Unpack(TestZip.Of(("README", "1"), ("readme", "2")));
        Assert.Equal("1", await File.ReadAllTextAsync(Path.Combine(folder, "README")));
        Assert.Equal("2", await File.ReadAllTextAsync(Path.Combine(folder, "readme")));
    }

    [Fact]
    public async Task A_zip_made_for_a_pipe_is_read_with_sizes_that_follow_the_content_in_64_bits()
    {
        const string zip64 =
            "UEsDBC0ACAAAAAAAIQAAAAAA//////////8IABQAaW5kZXguanMBABAAAAAAAAAAAAAAAAAAAAAAAHBpcGVkUEsHCKj9en8FAAAA"
            + "AAAAAAUAAAAAAAAAUEsBAi0DLQAIAAAAAAAhAKj9en8FAAAABQAAAAgAAAAAAAAAAAAAAKSBAAAAAGluZGV4LmpzUEsFBgAAAAAB"
            + "AAEANgAAAFcAAAAAAA==";
        Assert.Equal("piped", await File.ReadAllTextAsync(Path.Combine(await code.Unpack(Convert.FromBase64String(zip64)), "index.js")));
    }

    [Fact]
    public async Task The_same_package_twice_is_one_folder()
    {
        var zip = TestZip.Of(("index.js", "1"));
        Assert.Equal(await code.Unpack(zip), await code.Unpack(zip));
        Assert.Single(code.Left);
    }

    [Fact]
    public async Task A_folder_that_this_node_lacks_is_made_once_from_the_blob_however_many_ask()
    {
        var digest = await code.Blobs.Put(TestZip.Of(("index.js", "1")), Forever);
        var folders = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => code.Store.Folder(digest, Forever).AsTask()));
        Assert.Equal(Path.Combine(code.Root, digest), Assert.Single(folders.Distinct()));
        Assert.Equal([digest], code.Left);
        Assert.Equal("1", await File.ReadAllTextAsync(Path.Combine(folders[0], "index.js")));
    }

    [Fact]
    public async Task A_package_that_nobody_has_is_an_error_and_may_come_later()
    {
        var zip = TestZip.Of(("index.js", "1"));
        var digest = Convert.ToHexStringLower(SHA256.HashData(zip));
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await code.Store.Folder(digest, Forever));
        await code.Blobs.Put(zip, Forever);
        Assert.True(Directory.Exists(await code.Store.Folder(digest, Forever)));
    }

    [Fact]
    public async Task Checking_stores_nothing()
    {
        var zip = TestZip.Of(("index.js", "1"));
        var package = await code.Store.Check(zip, Forever);
        Assert.Equal(zip.Length, package.ZipBytes);
        Assert.Empty(code.Left);
        Assert.Null(await code.Store.FindZip(package.Digest, Forever));
    }

    [Fact]
    public async Task A_start_keeps_finished_folders_and_removes_what_a_kill_left()
    {
        var finished = await code.Unpack(TestZip.Of(("index.js", "1")));
        var halfDone = Path.Combine(code.Root, $".{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path.Combine(halfDone, "lib"));
        await File.WriteAllTextAsync(Path.Combine(halfDone, "lib/half"), "written");
        File.SetUnixFileMode(Path.Combine(halfDone, "lib"), AllRead | AllExecute);
        code.Reopen();
        Assert.Equal([Path.GetFileName(finished)], code.Left);
    }

    [Fact]
    public async Task A_start_after_a_reboot_trusts_no_folder_and_makes_them_again()
    {
        var folder = await code.Unpack(TestZip.Of(("index.js", "1")));
        await File.WriteAllTextAsync(Path.Combine(code.Root, ".boot"), "another boot\n");
        code.Reopen();
        Assert.Empty(code.Left);
        Assert.Equal(folder, await code.Store.Folder(Path.GetFileName(folder), Forever));
        Assert.Equal("1", await File.ReadAllTextAsync(Path.Combine(folder, "index.js")));
    }

    [Fact]
    public async Task A_sweep_removes_what_is_neither_live_nor_used_of_late()
    {
        var age = TimeSpan.FromMinutes(10);
        var live = await code.Unpack(TestZip.Of(("a", "live")));
        var old = await code.Unpack(TestZip.Of(("a/b/c", "old")));
        var used = await code.Unpack(TestZip.Of(("a", "used")));
        code.Time.Advance(age);
        await code.Store.Folder(Path.GetFileName(used), Forever);

        Assert.Equal(1, code.Store.Sweep(new HashSet<string> { Path.GetFileName(live) }, age));
        Assert.Equal([.. new[] { live, used }.Select(path => Path.GetFileName(path)!).Order()], code.Left);
        Assert.Equal(old, await code.Store.Folder(Path.GetFileName(old), Forever)); // made again when it is asked for
    }

    public void Dispose() => code.Dispose();
}
