namespace Aloft.Tests.EndToEnd;

/// <summary>The same functions on each kind of isolation, on each database, and without privileges.</summary>
[Collection(RealProgram.Name)]
public sealed class IsolationKindTests
{
    [Theory]
    [InlineData("container")]
    [InlineData("gvisor")]
    [InlineData("process")]
    public async Task Functions_work_on(string isolation)
    {
        await using var program = await AloftProgram.Start(arguments: ["--isolation", isolation]);
        Assert.Contains(isolation, program.Output, StringComparison.OrdinalIgnoreCase);
        await Smoke(program);
    }

    [Fact]
    public async Task Ordinary_user_gets_process_isolation_and_is_told()
    {
        using var folder = new TemporaryFolder();
        (await Command.Run("chmod", ["777", folder.Path])).MustSucceed();
        var data = Path.Combine(folder.Path, "data");
        string[] nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"];
        var home = new Dictionary<string, string> { ["HOME"] = folder.Path, ["DOTNET_CLI_HOME"] = folder.Path };
        await using var program = await AloftProgram.Start(data, wrapper: nobody, environment: home);
        Assert.Contains("process", program.Output, StringComparison.OrdinalIgnoreCase);
        await Smoke(program);
    }

    [Fact]
    public async Task A_node_that_was_isolated_does_not_go_on_without_unless_asked_to()
    {
        using var data = new TemporaryFolder();
        string[] withoutMounts = ["setpriv", "--bounding-set=-sys_admin"];
        await using (await AloftProgram.Start(data.Path, wrapper: withoutMounts)) // it never was: a warning is enough
            Assert.False(File.Exists(Path.Combine(data.Path, "isolated")));
        await using (await AloftProgram.Start(data.Path))
            Assert.True(File.Exists(Path.Combine(data.Path, "isolated")));

        await using (var refused = AloftProgram.Launch(data.Path, wrapper: withoutMounts))
        {
            Assert.Equal(5, await refused.ExitCode());
            Assert.Contains("does not go on without isolation unless asked to by --isolation process", refused.Output, StringComparison.Ordinal);
        }
        await using var asked = await AloftProgram.Start(data.Path, ["--isolation", "process"], withoutMounts);
        await Smoke(asked);
    }

    static async Task Smoke(AloftProgram program)
    {
        using var lambda = program.Lambda();
        foreach (var source in new[]
        {
            FunctionSource.Echo,
            FunctionSource.Python("def handler(event, context):\n    print('python ran')\n    return event\n"),
            FunctionSource.Dotnet("Kinds::Echo"),
            FunctionSource.ShellEcho,
        })
        {
            var name = await lambda.Create(source, timeoutSeconds: 30);
            for (var call = 0; call < 3; call++)
            {
                var answer = await lambda.Invoke(name, $$"""{"call":{{call}}}""", tail: true);
                Assert.Equal($$"""{"call":{{call}}}""", answer.Text.Replace(" ", "", StringComparison.Ordinal));
                Assert.Contains("REPORT RequestId: ", answer.LogTail, StringComparison.Ordinal);
            }
            Assert.Equal(202, (await lambda.Invoke(name, "{}", "Event")).Status);
        }

        var stuck = await lambda.Create(FunctionSource.Node("exports.handler = () => { while (true); };"), timeoutSeconds: 1);
        Assert.Equal("Sandbox.Timedout", (await lambda.Invoke(stuck)).FunctionErrorType);
        var crashing = await lambda.Create(FunctionSource.Node("exports.handler = () => process.exit(3);"));
        Assert.Equal("Runtime.ExitError", (await lambda.Invoke(crashing)).FunctionErrorType);
    }
}
