using System.Text.Json.Nodes;

namespace Aloft.Tests.Cli;

public sealed class LogsVerbTests : IAsyncLifetime
{
    const string Route = "POST /";

    readonly CommandRun command = new();
    StubNode node = null!;

    public async Task InitializeAsync()
    {
        node = await StubNode.Start();
        command.Environment["AWS_ENDPOINT_URL"] = node.Address;
        node.Has("f", ("LoggingConfig", new JsonObject { ["LogGroup"] = "/own/group" }));
    }

    public async Task DisposeAsync()
    {
        await node.DisposeAsync();
        command.Dispose();
    }

    [Fact]
    public async Task All_pages_of_the_functions_own_group_are_shown_in_order()
    {
        node.Answer(Route, 200, Page("more", (1000, "a", "first"), (1001, "b", "second"))).Answer(Route, 200, Page(null, (1002, "c", "third")));
        var run = await command.Run("logs", "f", "--filter", "x");
        Assert.Equal("1970-01-01T00:00:01.000Z first\n1970-01-01T00:00:01.001Z second\n1970-01-01T00:00:01.002Z third\n", run.Output);
        var asked = node.Requests.Where(request => request.Route == Route).ToList();
        Assert.Equal("Logs_20140328.FilterLogEvents", asked[0].Headers["X-Amz-Target"]);
        Assert.Equal(("/own/group", "x"), ((string?)asked[0].Json["logGroupName"], (string?)asked[0].Json["filterPattern"]));
        Assert.Equal("more", (string?)asked[1].Json["nextToken"]);
    }

    [Fact]
    public async Task Json_is_an_object_each_line()
    {
        node.Answer(Route, 200, Page(null, (1000, "a", "one\n"), (1001, "b", "two")));
        var lines = (await command.Run("logs", "f", "--output", "json")).Output.TrimEnd().Split('\n');
        Assert.Equal(["one", "two"], lines.Select(line => (string?)JsonNode.Parse(line)!["message"]));
    }

    [Fact]
    public async Task Following_shows_each_line_once_and_ends_well_when_interrupted()
    {
        node.Answer(Route, 200, Page(null, (1000, "a", "first")));
        node.Answer(Route, 200, Page(null, (1000, "a", "first"), (1001, "b", "second")));
        var following = command.Run("logs", "f", "-f");
        while (node.Requests.Count(request => request.Route == Route) < 4)
            await Task.Yield();
        await command.Interrupt();
        var run = await following;
        Assert.Equal((0, "1970-01-01T00:00:01.000Z first\n1970-01-01T00:00:01.001Z second\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task Nothing_logged_is_said_and_no_error()
    {
        node.Refuse(Route, 400, "ResourceNotFoundException", "The specified log group does not exist.");
        var run = await command.Run("logs", "f");
        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Contains("--since", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_function_ends_with_4()
    {
        node.HasNot("g").Refuse(Route, 400, "ResourceNotFoundException", "The specified log group does not exist.");
        Assert.Equal(ExitCode.Refused, (await command.Run("logs", "g")).ExitCode);
    }

    static string Page(string? next, params (long Time, string Id, string Message)[] lines) => new JsonObject
    {
        ["events"] = new JsonArray([.. lines.Select(line => new JsonObject
        {
            ["timestamp"] = line.Time, ["eventId"] = line.Id, ["message"] = line.Message, ["logStreamName"] = "s",
        })]),
        ["nextToken"] = next,
    }.ToJsonString();
}
