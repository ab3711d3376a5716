using System.IO.Compression;
using Aloft.Packaging;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Cli;

/// <summary>C# source, built with the SDK that builds these tests.</summary>
public sealed class DotnetSourceTests : IDisposable
{
    const string Greeter = """
        public interface IGreet { string Greet(string name); }
        class Hidden { public static int Number() => 1; }
        namespace My
        {
            public class Greeter
            {
                public string Later(string name) => name;
                public static string Greet(string name) => $"Hello, {name}!";
            }
            public class Other { public string Bye(string name) => name; }
        }
        """;

    readonly CommandRun command = new();

    public void Dispose() => command.Dispose();

    [Fact]
    public async Task One_file_is_built_and_tells_its_handler()
    {
        var source = Source.At(command.Write("say-hello.cs", Greeter));
        await source.Build!(TextWriter.Null, CancellationToken.None);

        Assert.Equal("say-hello", source.SuggestedName);
        Assert.Equal(new SourceShape(Language.Dotnet, "say_hello::My.Greeter::Greet"), source.Shape());
        Assert.Equal("say_hello::My.Other::Bye", source.Handler("Bye"));
        Assert.Equal("say_hello::My.Greeter::Later", source.Handler("Greeter::Later"));
        Assert.Equal("a::b::c", source.Handler("a::b::c"));
        var refused = Assert.Throws<CommandFailed>(() => source.Handler("Absent"));
        Assert.Contains("It has: My.Greeter::Later, My.Greeter::Greet, My.Other::Bye.", refused.Message, StringComparison.Ordinal);
        using var zip = new ZipArchive(new MemoryStream(source.Pack()));
        Assert.Contains("say_hello.dll", zip.Entries.Select(entry => entry.FullName));
    }

    [Fact]
    public void What_it_is_built_from_is_known_and_what_a_build_writes_is_none_of_it()
    {
        command.Write("f/f.csproj", "");
        command.Write("f/Handler.cs", Greeter);
        command.Write("f/obj/Release/PublishOutputs.1.txt", "");
        command.Write("f/bin/Release/f.dll", "");
        var source = Source.At(Path.Combine(command.Folder, "f"));
        Assert.Equal(["Handler.cs", "f.csproj"], source.InputsAt!(null).Select(file => file.Path));
        Assert.Empty(source.InputsAt("obj/Release/PublishOutputs.1.txt"));
        Assert.Single(source.InputsAt("Handler.cs"));
        Assert.Single(Source.At(command.Write("a.cs", Greeter)).InputsAt!(null));
    }

    [Fact]
    public async Task The_same_file_gives_the_same_package()
    {
        var source = Source.At(command.Write("a.cs", "public class A { public static int B() => 1; }"));
        await source.Build!(TextWriter.Null, CancellationToken.None);
        var first = source.Pack();
        await source.Build!(TextWriter.Null, CancellationToken.None);

        Assert.Equal(first, source.Pack());
    }

    [Fact]
    public async Task What_does_not_compile_is_told_by_the_compiler()
    {
        var progress = new StringWriter();
        var source = Source.At(command.Write("a.cs", "public class A { wrong }"));

        var failed = await Assert.ThrowsAsync<CommandFailed>(() => source.Build!(progress, CancellationToken.None));

        Assert.Contains("failed with exit code", failed.Message, StringComparison.Ordinal);
        Assert.Contains("a.cs(1,", progress.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_new_makes_can_be_deployed_as_it_is()
    {
        await command.Run("new", "hello", "--runtime", "dotnet");
        var source = Source.At(Path.Combine(command.Folder, "hello"));
        await source.Build!(TextWriter.Null, CancellationToken.None);

        Assert.Equal("hello", source.Manifest.Name);
        Assert.Equal("Function::Function::Handle", source.Shape()!.Handler);
    }

    [Fact]
    public void A_command_is_a_bootstrap_and_a_script_of_its_own()
    {
        var source = Source.OfCommand("jq '.a | \"it''s\"'", "any");

        using var zip = new ZipArchive(new MemoryStream(source.Pack()));
        Assert.Equal(["bootstrap", "command"], zip.Entries.Select(entry => entry.FullName));
        Assert.Equal(0x81ED, zip.Entries[0].ExternalAttributes >>> 16);
        using var script = new StreamReader(zip.Entries[1].Open());
        Assert.Equal("jq '.a | \"it''s\"'\n", script.ReadToEnd());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".", "--runtime", "node")]
    [InlineData(".", "--handler", "x")]
    public async Task A_command_that_cannot_be_is_refused(params string[] options) =>
        Assert.Equal(ExitCode.Usage, (await command.Run(["deploy", "f", "--command", .. options])).ExitCode);
}
