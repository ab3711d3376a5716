using Aloft.Developing;
using Aloft.Packaging;

namespace Aloft.Tests.Cli;

/// <summary>What a save is, as editors make it.</summary>
public sealed class SourceWatchTests : IDisposable
{
    readonly CommandRun folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_save_is_one_however_many_steps_it_has()
    {
        folder.Write("a.js", "one");
        using var watch = new SourceWatch(folder.Folder, TimeProvider.System);
        folder.Write("a.js~", "two");
        File.Move(Path.Combine(folder.Folder, "a.js~"), Path.Combine(folder.Folder, "a.js"), overwrite: true);
        folder.Write("lib/new/b.js", "b");

        var paths = new HashSet<string>();
        while (!(paths.Contains("a.js") && paths.Any(path => path.StartsWith("lib", StringComparison.Ordinal))))
            paths.UnionWith((await watch.Next(Patience.Token)).Paths!);
    }

    [Fact]
    public async Task Of_a_single_file_only_that_counts()
    {
        var path = folder.Write("a.js", "one");
        using var watch = new SourceWatch(path, TimeProvider.System);
        folder.Write("other.js", "x");
        folder.Write("a.js", "two");
        Assert.Equal(["a.js"], (await watch.Next(Patience.Token)).Paths);
    }

    [Fact]
    public void Changes_are_found_by_path_or_everywhere_and_stay_changes_until_they_are_kept()
    {
        folder.Write("index.js", "one");
        folder.Write("lib/a.js", "a");
        folder.Write("lib/b.js", "b");
        var known = new KnownFiles(Source.At(folder.Folder).FilesAt!);
        folder.Write("index.js", "two!");
        folder.Write("lib/c.js", "c");
        File.Delete(Path.Combine(folder.Folder, "lib/b.js"));

        Assert.Equal(["index.js"], known.Since(new HashSet<string> { "index.js", "absent" }).Paths);
        var all = known.Since(null);
        Assert.Equal(["index.js", "lib/c.js"], all.Changed.Select(file => file.Path));
        Assert.Equal(["lib/b.js"], all.Removed);
        known.Keep(all);
        Assert.True(known.Since(null).IsEmpty);

        Directory.Delete(Path.Combine(folder.Folder, "lib"), recursive: true);
        Assert.Equal(["lib/a.js", "lib/c.js"], known.Since(new HashSet<string> { "lib" }).Removed);
    }

    [Fact]
    public void What_is_written_after_it_was_read_is_changed_again_and_an_emptied_file_is_told()
    {
        var path = folder.Write("a.js", "one");
        var known = new KnownFiles(Source.At(folder.Folder).FilesAt!);
        folder.Write("a.js", "two");
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, 1, DateTimeKind.Utc));
        var change = known.Since(null);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, 2, DateTimeKind.Utc));
        known.Keep(change);
        Assert.False(known.Since(null).IsEmpty);
        folder.Write("a.js", "");
        Assert.True(known.Since(null).HasEmptied);
    }

    [Theory]
    [InlineData("index.js", 1)]
    [InlineData("lib", 2)]
    [InlineData(".git/index", 0)]
    [InlineData("lib/__pycache__/a.pyc", 0)]
    [InlineData("aloft.json", 0)]
    [InlineData("lib/aloft.json", 1)]
    [InlineData("absent/file", 0)]
    [InlineData("index.js/below", 0)]
    public void Only_what_is_packed_is_at_a_path(string path, int files)
    {
        foreach (var (name, text) in new[] { ("index.js", ""), ("lib/a.js", ""), ("lib/aloft.json", ""), (".git/index", ""), ("lib/__pycache__/a.pyc", ""), ("aloft.json", "{}") })
            folder.Write(name, text);
        Assert.Equal(files, SourceFolder.FilesAt(folder.Folder, path).Count);
    }

    static CancellationTokenSource Patience => new(TimeSpan.FromSeconds(30));
}
