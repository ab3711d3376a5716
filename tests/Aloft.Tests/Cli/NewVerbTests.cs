using Aloft.Packaging;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Cli;

public sealed class NewVerbTests : IDisposable
{
    readonly CommandRun command = new();

    public void Dispose() => command.Dispose();

    [Theory]
    [InlineData("node", "index.handler")]
    [InlineData("typescript", "index.handler")]
    [InlineData("python", "lambda_function.lambda_handler")]
    [InlineData("shell", "bootstrap")]
    public async Task What_it_makes_can_be_deployed_as_it_is(string runtime, string handler)
    {
        var run = await command.Run("new", "hello", "--runtime", runtime);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var source = Source.At(Path.Combine(command.Folder, "hello"));
        Assert.Equal("hello", source.Manifest.Name);
        Assert.Equal("""{"name":"Ada"}""", source.Manifest.EventFor(source.Folder!));
        Assert.Equal(handler, source.Shape()!.Handler);
    }

    [Fact]
    public async Task Bootstrap_is_executable()
    {
        await command.Run("new", "hello", "--runtime", "shell");
        Assert.Equal(Language.Custom, Source.At(Path.Combine(command.Folder, "hello")).Shape()!.Language);
        Assert.True(UnixMode.IsExecutable(Path.Combine(command.Folder, "hello", "bootstrap")));
    }

    [Fact]
    public async Task Nothing_is_overwritten()
    {
        command.Write("hello/index.mjs", "mine");
        var run = await command.Run("new", "hello");
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(command.Folder, "hello", "index.mjs")));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("with space")]
    public async Task Name_that_no_function_can_have_is_refused(string name) =>
        Assert.Equal(ExitCode.Usage, (await command.Run("new", name)).ExitCode);
}
