using Aloft.Packaging;

namespace Aloft.Tests.Cli;

public sealed class ManifestTests : IDisposable
{
    readonly CommandRun command = new();

    public void Dispose() => command.Dispose();

    [Theory]
    [InlineData("""{"nmae":"f"}""", "nmae")]
    [InlineData("""{"memory":"lots"}""", "memory")]
    [InlineData("""{"environment":{"A":1}}""", "environment.A")]
    [InlineData("""{"name":"f","name":"g"}""", "name")]
    [InlineData("""{"environment":{"A":"1","A":"2"}}""", "A")]
    [InlineData("[]", "object")]
    [InlineData("{", "JSON")]
    public void What_is_wrong_in_it_is_named(string json, string named)
    {
        command.Write("aloft.json", json);
        var failure = Assert.Throws<CommandFailed>(() => Manifest.Read(command.Folder));
        Assert.Equal(ExitCode.Usage, failure.ExitCode);
        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"event":{"a":[1,null]}}""", """{"a":[1,null]}""")]
    [InlineData("""{"event":"event.json"}""", "[1]")]
    [InlineData("{}", "{}")]
    public void Event_stands_in_it_or_in_a_file_beside_it(string json, string expected)
    {
        command.Write("event.json", "[1]");
        Assert.Equal(expected, Manifest.Parse(json, "aloft.json").EventFor(command.Folder));
    }

    [Fact]
    public void Event_file_that_is_not_there_is_wrong_use() =>
        Assert.Throws<CommandFailed>(() => Manifest.Parse("""{"event":"gone.json"}""", "aloft.json").EventFor(command.Folder));
}
