using System.Text.Json.Nodes;

namespace Aloft.Tests.Cli;

public sealed class ReplayVerbTests : IAsyncLifetime
{
    const string Route = "POST /_aloft/invocations/1-2/replay";

    readonly CommandRun command = new();
    StubNode node = null!;

    public async Task InitializeAsync()
    {
        node = await StubNode.Start();
        command.Environment["AWS_ENDPOINT_URL"] = node.Address;
    }

    public async Task DisposeAsync()
    {
        await node.DisposeAsync();
        command.Dispose();
    }

    static string Document(bool same, string differences = "", string configuration = "", string? against = null) => $$"""
        {"recorded":{"requestId":"1-2","functionName":"f","version":"$LATEST","source":"event","beganAt":"2026-01-02T03:04:05.678Z","codeSha256":"AAECAwQFBgc=",
        "durationMs":10,"initMs":80,"cpuMs":4,"memoryMegabytes":128,"peakMegabytes":40},
        "replay":{"requestId":"9","durationMs":12.5,"initMs":null,"cpuMs":5,"memoryMegabytes":128,"peakMegabytes":41},
        "against":{{(against is null ? "null" : $"\"{against}\"")}},"same":{{(same ? "true" : "false")}},"differences":[{{differences}}],"configuration":[{{configuration}}]}
        """;

    [Fact]
    public async Task The_same_answer_ends_with_0()
    {
        node.Answer(Route, 200, Document(same: true));
        var run = await command.Run("replay", "1-2");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("f $LATEST, 2026-01-02 03:04:05 UTC, by event, code 000102030405\n", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"\nduration\s+10.0 ms\s+12.5 ms\ninit\s+80.0 ms\s+warm\n", run.Output);
        Assert.Matches(@"\npeak\s+40 of 128 MB\s+41 of 128 MB\n", run.Output);
        Assert.EndsWith("\nthe same answer\n", run.Output, StringComparison.Ordinal);
        Assert.Null(node.Requests.Single().Json["Against"]);
    }

    [Fact]
    public async Task A_different_answer_ends_with_1_and_says_where()
    {
        node.Answer(Route, 200, Document(
            same: false, """{"path":"$.total","recorded":"42","replay":"43"},{"path":"$.tax","recorded":null,"replay":"1"}""",
            """{"path":"memoryMegabytes","recorded":"128","replay":"256"}""", "$LATEST"));
        var run = await command.Run("replay", "1-2", "--against", "$LATEST", "--ignore", "$.time", "--ignore", "$.id");
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Matches(@"\nANSWER\s+RECORDED\s+\$LATEST\n\$\.total\s+42\s+43\n\$\.tax\s+\(absent\)\s+1\n$", run.Output);
        Assert.Matches(@"\nWHAT RAN\s+RECORDED\s+\$LATEST\nmemoryMegabytes\s+128\s+256\n", run.Output);
        Assert.Contains("--ignore '$.total'", run.Error, StringComparison.Ordinal);
        Assert.Equal("""{"Against":"$LATEST","Ignore":["$.time","$.id"]}""", node.Requests.Single().Json.ToJsonString());
    }

    [Fact]
    public async Task Several_runs_stand_beside_each_other()
    {
        node.Answer(Route, 200, Document(same: true));
        node.Answer(Route, 200, Document(same: false, """{"path":"$","recorded":"1","replay":"2"}"""));
        var run = await command.Run("replay", "1-2", "--times", "3");
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Equal(3, node.Requests.Count);
        Assert.Contains("REPLAY 3", run.Output, StringComparison.Ordinal);
        Assert.Contains("differs in 2 of 3 runs", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_the_nodes_own_answer()
    {
        node.Answer(Route, 200, Document(same: false));
        var run = await command.Run("replay", "1-2", "-o", "json");
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Equal("9", (string?)JsonNode.Parse(run.Output)!["replay"]!["requestId"]);
        Assert.Equal(2, JsonNode.Parse((await command.Run("replay", "1-2", "-o", "json", "--times", "2")).Output)!.AsArray().Count);
    }

    [Fact]
    public async Task The_event_alone_is_printed_as_it_came()
    {
        node.Answer("GET /_aloft/invocations/1-2/event", 200, """{ "a" : 1 }""");
        Assert.Equal((0, "{ \"a\" : 1 }\n"), ((await command.Run("replay", "1-2", "--event")) is var run ? run.ExitCode : 0, run.Output));
    }

    [Fact]
    public async Task What_is_remembered_is_shown_without_running_anything()
    {
        node.Answer("GET /_aloft/invocations/1-2", 200, """
            {"requestId":"1-2","functionName":"f","version":"3","source":"url","beganAt":"2026-01-02T03:04:05.678Z","codeSha256":"AAECAwQFBgc=","errorType":"E",
            "durationMs":10,"cpuMs":4,"memoryMegabytes":128,"peakMegabytes":40,"eventKept":true,"codeKept":false,"event":{"a":1},"answer":{"errorType":"E"}}
            """);
        var run = await command.Run("replay", "1-2", "--show");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("\nevent\n{\n  \"a\": 1\n}\n\nanswer\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("code is not kept", run.Error, StringComparison.Ordinal);
        Assert.Equal("3", (string?)JsonNode.Parse((await command.Run("replay", "1-2", "--show", "-o", "json")).Output)!["version"]);
        Assert.All(node.Requests, request => Assert.StartsWith("GET", request.Route, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_node_refuses_ends_with_4_and_its_reason()
    {
        node.Refuse(Route, 404, "ResourceNotFoundException", "No invocation 1-2 is remembered.");
        var run = await command.Run("replay", "1-2");
        Assert.Equal((ExitCode.Refused, "", "aloft: ResourceNotFoundException: No invocation 1-2 is remembered.\n"), (run.ExitCode, run.Output, run.Error));
    }

    [Theory]
    [InlineData("replay")]
    [InlineData("replay", "1-2", "--times", "0")]
    [InlineData("replay", "1-2", "--event", "--times", "2")]
    [InlineData("replay", "1-2", "--event", "--against", "1")]
    [InlineData("replay", "1-2", "--show", "--ignore", "$.a")]
    [InlineData("replay", "1-2", "--show", "--event")]
    public async Task Wrong_use_is_refused_before_anything_is_sent(params string[] arguments)
    {
        Assert.Equal(ExitCode.Usage, (await command.Run(arguments)).ExitCode);
        Assert.Empty(node.Requests);
    }
}
