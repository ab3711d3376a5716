using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Runtimes;

/// <summary>What a .NET function finds around it: environment, folder, context, logs, channel.</summary>
public sealed class DotnetSurroundingsTests
{
    [Fact]
    public async Task Ready_tells_the_version_and_the_end_of_the_stream_ends_a_standby()
    {
        await using var host = await DotnetHost.Boot();

        Assert.Equal(Environment.Version.ToString(), (string?)host.Ready.Json["version"]);
        await host.Stream.DisposeAsync();
        Assert.Equal(0, await host.ExitCode());
    }

    [Fact]
    public async Task The_environment_is_the_one_of_INIT_and_nothing_else()
    {
        await using var host = await DotnetHost.Boot();
        host.Adjust = init => init["environment"]!["GREETING"] = "grüß Gott = \"x\"\nsecond line";
        await host.Load(DotnetHost.Full("Kinds::Variables"));

        var environment = (await host.Invoke()).Json.AsObject();

        Assert.Equal(["GREETING", "PATH", "_HANDLER"], environment.Select(variable => variable.Key).Order());
        Assert.Equal("grüß Gott = \"x\"\nsecond line", (string?)environment["GREETING"]);
    }

    [Fact]
    public async Task The_function_s_folder_is_the_current_one_and_the_base()
    {
        await using var host = await DotnetHost.Load("Kinds::Places");

        Assert.Equal([host.Folder.FullName, host.Folder.FullName + "/"], (await host.Invoke()).Json.AsArray().Select(place => (string?)place));
    }

    [Fact]
    public async Task Every_invocation_has_its_own_trace_id()
    {
        await using var host = await DotnetHost.Load("Kinds::TraceId");

        foreach (var traceId in new[] { "Root=1-a", "Root=1-b", "Root=1-b", "" })
        {
            await host.Send(RuntimeHost.InvokeFrame("{}", traceId: traceId));
            Assert.Equal(traceId == "" ? "null" : $"\"{traceId}\"", (await host.NextAnswer()).Response);
        }
    }

    [Needs("bash")]
    public async Task The_channel_may_be_an_inherited_descriptor_and_is_not_handed_on()
    {
        await using var host = await DotnetHost.Load("Kinds::Channel", inherited: true);

        var answer = (await host.Invoke()).Json;

        Assert.StartsWith("socket:", (string?)answer[0]);
        Assert.DoesNotContain((string)answer[0]!, (string?)answer[1]);
    }

    [Fact]
    public async Task A_context_is_whole()
    {
        await using var host = await DotnetHost.Load("Logging::Context");

        await host.Send(RuntimeHost.InvokeFrame(
            "{}",
            clientContext: """{"client":{"installation_id":"i","app_title":"t"},"custom":{"k":"v"},"env":{"locale":"en"}}""",
            identity: """{"cognitoIdentityId":"eu-1:abc","cognitoIdentityPoolId":"eu-1:pool"}"""));

        var expected = new JsonArray(
            RuntimeHost.RequestId, "/aws/lambda/tested", "2024/01/01/[$LATEST]0", "tested", 128, "$LATEST", RuntimeHost.FunctionArn, "i", "t", null,
            new JsonObject { ["k"] = "v" }, new JsonObject { ["locale"] = "en" }, "eu-1:abc", "eu-1:pool");
        Assert.Equal(expected.ToJsonString(), (await host.NextAnswer()).Json.ToJsonString());
    }

    [Fact]
    public async Task The_remaining_time_is_the_time_to_the_deadline()
    {
        await using var host = await DotnetHost.Load("Logging::Remaining");
        var asked = DateTimeOffset.UtcNow;

        await host.Send(RuntimeHost.InvokeFrame("{}", deadline: asked.AddMinutes(10)));
        var remaining = TimeSpan.FromMilliseconds((double)(await host.NextAnswer()).Json);

        Assert.InRange(remaining, asked.AddMinutes(10) - DateTimeOffset.UtcNow - TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task Writes_become_events_in_their_order_with_time_request_and_level()
    {
        await using var host = await DotnetHost.Load("Logging::Writes");

        for (var round = 0; round < 2; round++)
        {
            var logs = (await host.Invoke()).Logs.Select(line => line.Split('\t')).ToList();
            Assert.All(logs, columns => Assert.Equal(RuntimeHost.RequestId, columns[1]));
            Assert.Equal(["info", "fail", "info", "info", "fail", "info"], logs.Select(columns => columns[2]));
            Assert.Equal(["one", "two\nstill two", "three and still three", "four", "five", "six"], logs.Select(columns => columns[3]));
        }
    }

    [Fact]
    public async Task The_logger_has_levels_and_fills_templates()
    {
        await using var host = await DotnetHost.Load("Logging::Levels");

        var logs = (await host.Invoke()).Logs.Select(line => string.Join('|', line.Split('\t')[2..])).ToArray();

        string[] expected = ["info|line", "info|log", "fail|by name", "warn|warning", "info|1 of 2", "fail|failed\nSystem.InvalidOperationException: boom"];
        Assert.Equal(expected, logs);
    }

    [Fact]
    public async Task In_JSON_a_line_has_its_level_and_the_values_of_its_template()
    {
        await using var host = await DotnetHost.Boot();
        host.Adjust = init => (init["environment"]!["AWS_LAMBDA_LOG_FORMAT"], init["environment"]!["AWS_LAMBDA_LOG_LEVEL"]) = ("JSON", "DEBUG");
        await host.Load(DotnetHost.Full("Logging::Levels"));

        var logs = (await host.Invoke()).Logs.Select(line => JsonNode.Parse(line)!).ToArray();

        Assert.All(logs, line => Assert.Equal(RuntimeHost.RequestId, (string?)line["requestId"]));
        Assert.Equal(
            ["Information line", "Information log", "Error by name", "Warning warning", "Debug not shown", "Information 1 of 2", "Error failed"],
            logs.Select(line => $"{line["level"]} {line["message"]}"));
        Assert.Equal((1, 2), ((int)logs[5]["count"]!, (int)logs[5]["total"]!));
        Assert.Equal(("System.InvalidOperationException", "boom"), ((string?)logs[6]["errorType"], (string?)logs[6]["errorMessage"]));
    }

    [Theory]
    [InlineData("AWS_LAMBDA_HANDLER_LOG_FORMAT", "Unformatted", "line log 1.50 {\"a\":1} left {2} failed\nboom")]
    [InlineData("AWS_LAMBDA_HANDLER_LOG_LEVEL", "Error", "failed\nboom")]
    public async Task The_packages_own_variables_are_heeded(string name, string value, string expected)
    {
        await using var host = await DotnetHost.Boot();
        host.Adjust = init => init["environment"]![name] = value;
        await host.Load(DotnetHost.Full("Logging::Formats"));

        var logs = (await host.Invoke()).Logs.Select(line => line.Split('\t')[^1].Replace("System.InvalidOperationException: ", "", StringComparison.Ordinal));

        Assert.Equal(expected, string.Join(' ', logs));
    }

    [Fact]
    public async Task An_exit_of_its_own_is_told_with_its_status()
    {
        await using var host = await DotnetHost.Load("Logging::Leaves");

        await host.Send(RuntimeHost.InvokeFrame("{}"));

        Assert.Empty(await host.Rest());
        Assert.Equal((137, true), host.Left);
    }

    [Fact]
    public async Task A_line_is_out_before_the_statement_behind_it_runs()
    {
        await using var host = await DotnetHost.Load("Logging::Endless");

        await host.Send(RuntimeHost.InvokeFrame("{}"));
        var log = await host.Next(); // the handler never ends

        Assert.Equal(Received.Log, log.Kind);
        Assert.EndsWith("\tfirst", RuntimeHost.LogText(log));
    }
}
