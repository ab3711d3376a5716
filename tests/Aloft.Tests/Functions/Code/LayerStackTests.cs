using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Functions.Code;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class LayerStackTests : IDisposable
{
    readonly CodeFixture code = new();

    [Fact]
    public async Task No_layer_has_no_folder_and_one_has_its_own()
    {
        var only = (await code.Store.Add(TestZip.Of(("a", "1")), Forever)).Digest;
        Assert.Null(await code.Store.Stack([], Forever));
        Assert.Equal(await code.Store.Folder(only, Forever), await code.Store.Stack([only], Forever));
    }

    [Fact]
    public async Task Later_layers_lie_over_earlier_ones()
    {
        var stack = await Stack(
            TestZip.Of(("both", "first"), ("lib/first", "1"), ("lib/both", "first")),
            TestZip.Of(("both", "second"), ("lib/second", "2"), ("lib/both", "second")));
        Assert.Equal("second", await File.ReadAllTextAsync($"{stack}/both"));
        Assert.Equal("second", await File.ReadAllTextAsync($"{stack}/lib/both"));
        Assert.Equal("12", await File.ReadAllTextAsync($"{stack}/lib/first") + await File.ReadAllTextAsync($"{stack}/lib/second"));
    }

    [Fact]
    public async Task What_changes_its_kind_is_replaced()
    {
        var stack = await Stack(
            TestZip.Make(zip =>
            {
                TestZip.Add(zip, "file-then-folder", "file");
                TestZip.Add(zip, "folder-then-file/inside", "gone");
                TestZip.Add(zip, "real/kept", "kept");
                TestZip.Add(zip, "link-then-folder", "real", TestZip.Link | 0x1FF);
                TestZip.Add(zip, "folder-then-link/inside", "gone");
            }),
            TestZip.Make(zip =>
            {
                TestZip.Add(zip, "file-then-folder/inside", "folder");
                TestZip.Add(zip, "folder-then-file", "file");
                TestZip.Add(zip, "link-then-folder/inside", "not written through the link");
                TestZip.Add(zip, "folder-then-link", "real", TestZip.Link | 0x1FF);
            }));
        Assert.Equal("folder", await File.ReadAllTextAsync($"{stack}/file-then-folder/inside"));
        Assert.Equal("file", await File.ReadAllTextAsync($"{stack}/folder-then-file"));
        Assert.Null(new DirectoryInfo($"{stack}/link-then-folder").LinkTarget);
        Assert.Equal(["kept"], Directory.EnumerateFileSystemEntries($"{stack}/real").Select(path => Path.GetFileName(path)));
        Assert.Equal("kept", await File.ReadAllTextAsync($"{stack}/folder-then-link/kept"));
    }

    [Fact]
    public async Task Modes_and_links_are_kept_and_nothing_can_be_written()
    {
        var stack = await Stack(
            TestZip.Make(zip =>
            {
                TestZip.Add(zip, "bin/tool", "#!/bin/sh", TestZip.File | 0b111_101_101);
                TestZip.Add(zip, "bin/alias", "tool", TestZip.Link | 0x1FF);
            }),
            TestZip.Of(("data", "x")));
        Assert.True(File.GetUnixFileMode($"{stack}/bin/tool").HasFlag(UnixFileMode.OtherExecute));
        Assert.False(File.GetUnixFileMode($"{stack}/data").HasFlag(UnixFileMode.OtherExecute));
        Assert.Equal("tool", new FileInfo($"{stack}/bin/alias").LinkTarget);
        Assert.All(
            new[] { stack, $"{stack}/bin", $"{stack}/bin/tool", $"{stack}/data" },
            path => Assert.False(File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserWrite)));
    }

    [Fact]
    public async Task The_order_makes_another_folder_and_the_same_order_the_same_one()
    {
        var one = (await code.Store.Add(TestZip.Of(("a", "1")), Forever)).Digest;
        var two = (await code.Store.Add(TestZip.Of(("a", "2")), Forever)).Digest;
        var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => code.Store.Stack([one, two], Forever).AsTask()));
        Assert.Single(both.Distinct());
        Assert.Equal("2", await File.ReadAllTextAsync($"{both[0]}/a"));
        Assert.Equal("1", await File.ReadAllTextAsync($"{await code.Store.Stack([two, one], Forever)}/a"));
    }

    [Fact]
    public async Task The_folder_outlives_a_restart_and_goes_with_a_sweep_without_harm_to_its_layers()
    {
        var one = (await code.Store.Add(TestZip.Of(("a", "1")), Forever)).Digest;
        var two = (await code.Store.Add(TestZip.Of(("b", "2")), Forever)).Digest;
        var stack = (await code.Store.Stack([one, two], Forever))!;
        code.Reopen();
        Assert.Contains(Path.GetFileName(stack), code.Left);

        code.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, code.Store.Sweep(new HashSet<string> { one, two }, TimeSpan.FromHours(1)));
        Assert.False(Directory.Exists(stack));
        Assert.Equal("1", await File.ReadAllTextAsync($"{await code.Store.Folder(one, Forever)}/a"));
        Assert.Equal("2", await File.ReadAllTextAsync($"{await code.Store.Stack([one, two], Forever)}/b"));
    }

    async Task<string> Stack(params byte[][] zips)
    {
        var digests = new List<string>();
        foreach (var zip in zips)
            digests.Add((await code.Store.Add(zip, Forever)).Digest);
        return (await code.Store.Stack(digests, Forever))!;
    }

    public void Dispose() => code.Dispose();
}
