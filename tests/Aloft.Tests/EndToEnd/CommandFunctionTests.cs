using System.Text.Json;

namespace Aloft.Tests.EndToEnd;

/// <summary><c>aloft deploy --command</c>: any process is a function.</summary>
[Collection(RealProgram.Name)]
public sealed class CommandFunctionTests(SharedProgram shared) : IClassFixture<SharedProgram>
{
    [Fact]
    public async Task The_event_goes_in_and_what_the_command_writes_is_the_answer()
    {
        using var lambda = shared.Program.Lambda();
        var name = await Deploy(lambda, "read -r line; echo \"{\\\"got\\\": $line, \\\"by\\\": \\\"it's $$\\\"}\"");

        var (first, second) = ((await lambda.Invoke(name, "{\"a\":1}\n")).Json, (await lambda.Invoke(name, "[\"é\"]\n")).Json);

        Assert.Equal(1, first.GetProperty("got").GetProperty("a").GetInt32());
        Assert.Equal("é", second.GetProperty("got")[0].GetString());
        Assert.NotEqual(first.GetProperty("by").GetString(), second.GetProperty("by").GetString()); // a process each
    }

    [Fact]
    public async Task Another_status_than_0_is_an_error_with_what_was_written_on_standard_error()
    {
        using var lambda = shared.Program.Lambda();
        var name = await Deploy(lambda, """printf 'no "such"\n\tthing: \\é\n' >&2; exit 3""");

        for (var round = 0; round < 2; round++)
        {
            var answer = await lambda.Invoke(name, "{}", tail: true);
            Assert.Equal("Unhandled", answer.FunctionError);
            Assert.Equal(("Command.Failed", "no \"such\"\n\tthing: \\é"), (answer.FunctionErrorType, answer.FunctionErrorMessage));
            Assert.Contains("no \"such\"", answer.LogTail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_command_that_fails_without_a_word_tells_its_status()
    {
        using var lambda = shared.Program.Lambda();
        var name = await Deploy(lambda, "exit 7");

        Assert.Equal("The command ended with status 7.", (await lambda.Invoke(name, "{}")).FunctionErrorMessage);
    }

    [Fact]
    public async Task Six_megabytes_go_in_and_out_and_nothing_is_an_answer()
    {
        using var lambda = shared.Program.Lambda();
        var cat = await Deploy(lambda, "cat");
        var large = JsonSerializer.Serialize(new string('x', 5_000_000));

        Assert.Equal(large, (await lambda.Invoke(cat, large)).Text);
        Assert.Equal("", (await lambda.Invoke(await Deploy(lambda, "true"), "{}")).Text);
    }

    async Task<string> Deploy(LambdaWire lambda, string command)
    {
        var name = $"c{Guid.NewGuid():N}";
        var environment = new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL"] = shared.Program.Endpoint.ToString(), ["AWS_ACCESS_KEY_ID"] = lambda.Account, ["AWS_SECRET_ACCESS_KEY"] = "any",
            ["AWS_DEFAULT_REGION"] = "us-east-1",
        };
        (await Command.Run("dotnet", [AloftProgram.ProgramFile, "deploy", "--command", command, name, "--timeout", "30"], environment)).MustSucceed();
        return name;
    }
}
