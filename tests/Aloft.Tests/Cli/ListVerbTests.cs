using System.Text.Json.Nodes;

namespace Aloft.Tests.Cli;

public sealed class ListVerbTests : IAsyncLifetime
{
    readonly CommandRun command = new();
    StubNode node = null!;

    public async Task InitializeAsync()
    {
        node = await StubNode.Start();
        command.Environment["AWS_ENDPOINT_URL"] = node.Address;
        node.Answer("GET /_aloft/runtimes", 200, """{"runtimes":[{"language":"node","version":"20.20.2"}]}""");
    }

    public async Task DisposeAsync()
    {
        await node.DisposeAsync();
        command.Dispose();
    }

    [Fact]
    public async Task All_pages_are_shown_with_what_each_function_runs_on()
    {
        Pages();
        var lines = (await command.Run("list")).Output.TrimEnd().Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("NAME", lines[0], StringComparison.Ordinal);
        Assert.Matches(@"^one\s+nodejs18.x\s+nodejs 20.20.2\s+128 MB\s+3 s\s+10 B\s+2025-01-02 03:04:05\s+Active$", lines[1]);
        Assert.StartsWith("two", lines[2], StringComparison.Ordinal);
        Assert.Contains(node.Requests, request => request.Query == "?Marker=n%2Fxt");
    }

    [Fact]
    public async Task Json_is_one_array()
    {
        Pages();
        var functions = JsonNode.Parse((await command.Run("list", "-o", "json")).Output)!.AsArray();
        Assert.Equal(["one", "two"], functions.Select(function => (string?)function!["name"]));
        Assert.Equal("nodejs 20.20.2", (string?)functions[0]!["runsOn"]);
    }

    [Fact]
    public async Task No_functions_leave_standard_output_empty_and_tell_how_to_make_one()
    {
        node.Answer("GET /2015-03-31/functions/", 200, """{"Functions":[]}""");
        var run = await command.Run("list");
        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Contains("aloft new", run.Error, StringComparison.Ordinal);
    }

    const string Past = """
        {"requestId":"1-2","functionName":"f","version":"3","source":"url","beganAt":"2026-01-02T03:04:05.678Z","errorType":"TypeError","durationMs":1.5,"initMs":80}
        """;

    [Fact]
    public async Task Failed_invocations_are_shown_with_the_id_that_replay_takes()
    {
        node.Answer("GET /_aloft/invocations", 200, $$"""{"invocations":[{{Past}}],"limited":true}""");
        var run = await command.Run("list", "--failed", "f", "--since", "2h", "--limit", "1");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^2026-01-02 03:04:05\s+1-2\s+f\s+3\s+url\s+TypeError\s+1.5 ms \+ init 80.0 ms$", run.Output.TrimEnd().Split('\n')[1]);
        Assert.Contains("--limit", run.Error, StringComparison.Ordinal);
        Assert.Matches(@"^\?Since=\d+&FunctionName=f&Failed=true&Limit=1$", node.Requests.Single().Query);
        Assert.Contains("/us-east-1/aloft/", node.Requests.Single().Headers["Authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_invocations_are_an_array_in_json()
    {
        node.Answer("GET /_aloft/invocations", 200, $$"""{"invocations":[{{Past}}]}""");
        var run = await command.Run("list", "--invocations", "-o", "json");
        Assert.Equal("1-2", (string?)JsonNode.Parse(run.Output)!.AsArray().Single()!["requestId"]);
        Assert.Contains("Failed=false", node.Requests.Single().Query, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2", "the last 2; --limit shows more.")]
    [InlineData("1000", "the most that are listed")]
    public async Task What_is_left_off_is_told_with_what_shows_it(string limit, string told)
    {
        node.Answer("GET /_aloft/invocations", 200, $$"""{"invocations":[{{Past}}],"limited":true}""");
        Assert.Contains(told, (await command.Run("list", "--invocations", "--limit", limit)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_failed_leaves_standard_output_empty()
    {
        node.Answer("GET /_aloft/invocations", 200, """{"invocations":[]}""");
        var run = await command.Run("list", "--failed");
        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Contains("no invocation failed in the last 24h", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list", "f")]
    [InlineData("list", "--since", "1h")]
    [InlineData("list", "--limit", "3")]
    [InlineData("list", "--failed", "--limit", "0")]
    [InlineData("list", "--failed", "--since", "yesterday")]
    public async Task What_would_be_ignored_is_refused(params string[] arguments)
    {
        Assert.Equal(ExitCode.Usage, (await command.Run(arguments)).ExitCode);
        Assert.Empty(node.Requests);
    }

    void Pages()
    {
        node.Answer("GET /2015-03-31/functions/", 200, Page("one", "n/xt"));
        node.Answer("GET /2015-03-31/functions/", 200, Page("two", null));
    }

    static string Page(string name, string? next) =>
        new JsonObject { ["Functions"] = new JsonArray(StubNode.Function(name)), ["NextMarker"] = next }.ToJsonString();
}
