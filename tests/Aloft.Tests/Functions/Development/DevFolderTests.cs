using System.Text;
using Aloft.Platform.Functions.Development;
using Aloft.Tests.EndToEnd;
using Aloft.Wire;

namespace Aloft.Tests.Functions.Development;

public sealed class DevFolderTests : IDisposable
{
    readonly TemporaryFolder root = new();
    readonly string package;
    readonly DevFolder folder;

    public DevFolderTests()
    {
        package = Path.Combine(root.Path, "package");
        Directory.CreateDirectory(Path.Combine(package, "lib"));
        File.WriteAllText(Path.Combine(package, "index.js"), "deployed");
        File.WriteAllText(Path.Combine(package, "lib/a.js"), "a");
        File.CreateSymbolicLink(Path.Combine(package, "lib/link.js"), "a.js");
        folder = DevFolder.Make(Path.Combine(root.Path, "own"), package);
    }

    public void Dispose() => root.Dispose();

    [Fact]
    public void It_begins_as_the_package_and_leaves_that_as_it_is()
    {
        Assert.Equal("deployed", Text("index.js"));
        Assert.Equal("a", Text("lib/link.js"));
        folder.Apply(new([File_("index.js", "changed"), File_("new/deep/b.js", "b")], ["lib"]));
        Assert.Equal(("changed", "b"), (Text("index.js"), Text("new/deep/b.js")));
        Assert.False(Directory.Exists(Path.Combine(folder.Code, "lib")));
        Assert.Equal("deployed", File.ReadAllText(Path.Combine(package, "index.js")));
        Assert.True(File.Exists(Path.Combine(package, "lib/a.js")));
    }

    [Fact]
    public void Who_has_a_file_open_reads_the_old_one_to_its_end_and_whoever_opens_it_next_the_new()
    {
        using var reader = new StreamReader(Path.Combine(folder.Code, "index.js"));
        folder.Apply(new([File_("index.js", "changed")], []));
        Assert.Equal(("deployed", "changed"), (reader.ReadToEnd(), Text("index.js")));
    }

    [Fact]
    public void A_file_may_take_the_place_of_a_folder_or_a_link_and_the_other_way_round()
    {
        folder.Apply(new([File_("lib", "a file")], []));
        Assert.Equal("a file", Text("lib"));
        folder.Apply(new([File_("lib/x.js", "x"), new("index.js", default, LinkTarget: "lib/x.js")], []));
        Assert.Equal(("x", "x"), (Text("lib/x.js"), Text("index.js")));
        folder.Apply(new([File_("index.js/below", "nothing lies below a link")], []));
        Assert.Equal("x", Text("lib/x.js"));
        Assert.Equal("nothing lies below a link", Text("index.js/below"));
    }

    [Theory]
    [InlineData("../out")]
    [InlineData("/etc/out")]
    [InlineData("a/../../out")]
    [InlineData("")]
    [InlineData("a\\b")]
    public void A_path_that_leads_out_is_refused_and_nothing_of_the_change_is_made(string path)
    {
        Assert.Throws<ApiError>(() => folder.Apply(new([File_("index.js", "changed"), File_(path, "x")], [])));
        Assert.Throws<ApiError>(() => folder.Apply(new([File_("index.js", "changed")], [path])));
        Assert.Equal("deployed", Text("index.js"));
        Assert.False(File.Exists(Path.Combine(root.Path, "out")));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../x")]
    [InlineData("lib/../../x")]
    public void A_link_that_leads_out_is_refused(string target) =>
        Assert.Throws<ApiError>(() => folder.Apply(new([new("link", default, LinkTarget: target)], [])));

    [Fact]
    public void It_holds_no_more_than_a_package_may()
    {
        var large = new byte[140_000_000];
        folder.Apply(new([new("one", large)], []));
        Assert.Throws<ApiError>(() => folder.Apply(new([new("two", large)], [])));
        folder.Apply(new([], ["one"]));
        folder.Apply(new([new("two", large)], []));
    }

    string Text(string path) => File.ReadAllText(Path.Combine(folder.Code, path));

    static ChangedFile File_(string path, string text) => new(path, Encoding.UTF8.GetBytes(text));
}
