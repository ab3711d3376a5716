namespace Aloft.Tests.Cli;

public sealed class UsageTests : IDisposable
{
    readonly CommandRun command = new();

    public void Dispose() => command.Dispose();

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("invoke")]
    [InlineData("list", "--nonsense")]
    [InlineData("up", "--port", "70000")]
    [InlineData("up", "--isolation", "magic")]
    [InlineData("up", "--db", "mysql://host/db")]
    [InlineData("list", "--output", "xml")]
    [InlineData("logs", "f", "--since", "yesterday")]
    [InlineData("deploy", "nowhere")]
    public async Task Wrong_use_ends_with_2_and_one_line(params string[] arguments)
    {
        var run = await command.Run(arguments);
        Assert.Equal((ExitCode.Usage, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("aloft: ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Help_names_every_verb_and_the_exit_codes()
    {
        var run = await command.Run();
        Assert.Equal(ExitCode.Ok, run.ExitCode);
        foreach (var verb in (string[])["up", "new", "deploy", "invoke", "logs", "list", "delete", "doctor", "demo", "compatibility", "version", "Exit codes"])
            Assert.Contains(verb, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("invoke", "f")]
    [InlineData("logs", "f")]
    [InlineData("delete", "f")]
    public async Task Node_that_is_not_there_ends_with_3_and_says_how_to_start_it(params string[] arguments)
    {
        command.Environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1";
        var run = await command.Run(arguments);
        Assert.Equal((ExitCode.Unreachable, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("aloft: cannot reach Aloft at http://127.0.0.1:1; start it with `./aloft up`", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoint_that_is_no_url_is_wrong_use()
    {
        command.Environment["AWS_ENDPOINT_URL"] = "localhost:4566";
        Assert.Equal(ExitCode.Usage, (await command.Run("list")).ExitCode);
    }
}
