using System.IO.Compression;
using Aloft.Packaging;
using Aloft.Tests.EndToEnd;

namespace Aloft.Tests.Cli;

public sealed class PackageZipTests : IDisposable
{
    readonly CommandRun command = new();

    public void Dispose() => command.Dispose();

    [Fact]
    public void Equal_trees_give_equal_bytes_whatever_their_times_and_places()
    {
        foreach (var (tree, order) in (IEnumerable<(string, string[])>)[("one", ["b.js", "a.js", "lib/c.js"]), ("two", ["lib/c.js", "a.js", "b.js"])])
            foreach (var file in order)
                File.SetLastWriteTimeUtc(command.Write($"{tree}/{file}", $"// {file}"), new DateTime(2000 + tree.Length, 1, file.Length, 0, 0, 0, DateTimeKind.Utc));
        File.SetLastWriteTimeUtc(Path.Combine(command.Folder, "two", "a.js"), new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(Pack("one"), Pack("two"));
    }

    [Fact]
    public void Entries_are_sorted_and_keep_their_execute_permission()
    {
        command.Write("f/run", "#!/bin/sh", executable: true);
        command.Write("f/B.txt", "");
        command.Write("f/a/z.txt", "");
        using var zip = Open("f");
        Assert.Equal(["B.txt", "a/z.txt", "run"], zip.Entries.Select(entry => entry.FullName));
        Assert.Equal([0x81A4, 0x81A4, 0x81ED], zip.Entries.Select(entry => entry.ExternalAttributes >>> 16));
    }

    [Fact]
    public void Leftovers_and_the_manifest_stay_out()
    {
        foreach (var path in (string[])["aloft.json", ".git/config", "__pycache__/x.pyc", "lib/__pycache__/y.pyc", "lib/z.pyc", ".DS_Store", "index.js", "lib/aloft.json"])
            command.Write($"f/{path}", "{}");
        foreach (var path in (string[])[".index.js.swp", "lib/.a.swo", "index.js~", "#index.js#"])
            command.Write($"f/{path}", "of an editor");
        File.CreateSymbolicLink(Path.Combine(command.Folder, "f", ".#index.js"), "me@machine.1:2"); // Emacs's lock leads nowhere
        using var zip = Open("f");
        Assert.Equal(["index.js", "lib/aloft.json"], zip.Entries.Select(entry => entry.FullName));
    }

    [Fact]
    public async Task A_pipe_is_not_waited_for()
    {
        command.Write("f/index.js", "1");
        (await Command.Run("mkfifo", [Path.Combine(command.Folder, "f", "pipe")])).MustSucceed();
        using var zip = await Task.Run(() => Open("f")).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("", Text(zip, "pipe"));
    }

    [Fact]
    public void Link_within_the_tree_stays_one()
    {
        command.Write("f/lib/tool.js", "1");
        Directory.CreateDirectory(Path.Combine(command.Folder, "f", "bin"));
        File.CreateSymbolicLink(Path.Combine(command.Folder, "f", "bin", "tool"), "../lib/tool.js");
        using var zip = Open("f");
        Assert.Equal(0xA1FF, zip.GetEntry("bin/tool")!.ExternalAttributes >>> 16);
        Assert.Equal("../lib/tool.js", Text(zip, "bin/tool"));
    }

    [Fact]
    public void Link_to_the_tree_itself_is_within_it()
    {
        command.Write("f/lib/tool.js", "1");
        File.CreateSymbolicLink(Path.Combine(command.Folder, "f", "lib", "all"), "..");
        using var zip = Open("f");
        Assert.Equal("..", Text(zip, "lib/all"));
    }

    [Fact]
    public void Link_to_a_file_outside_becomes_that_file()
    {
        File.CreateSymbolicLink(Path.Combine(Directory.CreateDirectory(Path.Combine(command.Folder, "f")).FullName, "shared.js"), command.Write("shared.js", "shared"));
        using var zip = Open("f");
        Assert.Equal("shared", Text(zip, "shared.js"));
        Assert.Equal(0x81A4, zip.GetEntry("shared.js")!.ExternalAttributes >>> 16);
    }

    [Fact]
    public void Link_to_a_folder_outside_or_to_nothing_is_refused()
    {
        var folder = Directory.CreateDirectory(Path.Combine(command.Folder, "f")).FullName;
        var link = Path.Combine(folder, "link");
        Directory.CreateSymbolicLink(link, Path.GetTempPath());
        Assert.Equal(ExitCode.Usage, Assert.Throws<CommandFailed>(() => Pack("f")).ExitCode);
        File.Delete(link);
        File.CreateSymbolicLink(link, "nowhere");
        Assert.Equal(ExitCode.Usage, Assert.Throws<CommandFailed>(() => Pack("f")).ExitCode);
    }

    byte[] Pack(string folder) => PackageZip.Pack(SourceFolder.Files(Path.Combine(command.Folder, folder)));

    ZipArchive Open(string folder) => new(new MemoryStream(Pack(folder)));

    static string Text(ZipArchive zip, string path)
    {
        using var reader = new StreamReader(zip.GetEntry(path)!.Open());
        return reader.ReadToEnd();
    }
}
