using System.Text;
using System.Text.Json.Nodes;

namespace Aloft.Tests.Cli;

public sealed class InvokeVerbTests : IAsyncLifetime
{
    const string Route = "POST /2015-03-31/functions/f/invocations";
    const string Log =
        "START RequestId: 1 Version: $LATEST\nhi\nEND RequestId: 1\nREPORT RequestId: 1\tDuration: 1.50 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\tInit Duration: 80.00 ms\t\n";

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

    [Fact]
    public async Task Answer_goes_to_standard_output_and_the_rest_to_standard_error()
    {
        node.Answer(Route, 200, """{"a":1}""", ("X-Amz-Log-Result", Base64(Log)), ("x-amzn-RequestId", "1"));
        var run = await command.Run("invoke", "f", """{"b":2}""", "--logs");
        Assert.Equal((0, "{\"a\":1}\n"), (run.ExitCode, run.Output));
        Assert.Contains("cold (init 80.0 ms), ran 1.5 ms", run.Error, StringComparison.Ordinal);
        Assert.Contains("REPORT RequestId: 1", run.Error, StringComparison.Ordinal);
        Assert.Equal("""{"b":2}""", node.Requests[0].Body);
        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=test/", node.Requests[0].Headers["Authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_output_is_one_document_and_nothing_else()
    {
        node.Answer(Route, 200, """{"a":1}""", ("X-Amz-Log-Result", Base64(Log)), ("X-Amz-Executed-Version", "$LATEST"));
        var run = await command.Run("invoke", "f", "--output", "json");
        var document = JsonNode.Parse(run.Output)!;
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(1, (int)document["answer"]!["a"]!);
        Assert.True((bool)document["cold"]!);
        Assert.Equal(80, (double)document["initMs"]!);
        Assert.Equal(4, document["log"]!.AsArray().Count);
    }

    [Fact]
    public async Task Function_error_ends_with_1_and_shows_answer_and_log()
    {
        node.Answer(Route, 200, """{"errorMessage":"boom"}""", ("X-Amz-Function-Error", "Unhandled"), ("X-Amz-Log-Result", Base64(Log)));
        var run = await command.Run("invoke", "f");
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains("boom", run.Output, StringComparison.Ordinal);
        Assert.Contains("hi\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Async_only_hands_the_event_over()
    {
        node.Answer(Route, 202, "", ("x-amzn-RequestId", "abc"));
        var run = await command.Run("invoke", "f", "--async", "--qualifier", "7");
        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Contains("abc", run.Error, StringComparison.Ordinal);
        Assert.Equal(("Event", "?Qualifier=7"), (node.Requests[0].Headers["X-Amz-Invocation-Type"], node.Requests[0].Query));
    }

    [Fact]
    public async Task Half_a_surrogate_pair_in_an_answer_is_shown_as_the_text_that_it_is()
    {
        node.Answer(Route, 200, """["\ud83d"]""");
        var run = await command.Run("invoke", "f", "--output", "json");
        Assert.Equal((0, """["\ud83d"]"""), (run.ExitCode, (string?)JsonNode.Parse(run.Output)!["answer"]));
    }

    [Fact]
    public async Task An_event_may_be_nested_as_deep_as_the_node_takes_it()
    {
        node.Answer(Route, 200, "1");
        Assert.Equal(0, (await command.Run("invoke", "f", $"{new string('[', 512)}{new string(']', 512)}")).ExitCode);
        Assert.Equal(ExitCode.Usage, (await command.Run("invoke", "f", $"{new string('[', 513)}{new string(']', 513)}")).ExitCode);
    }

    [Theory]
    [InlineData("invoke", "f", "-")]
    [InlineData("invoke", "f", "--event", "-")]
    [InlineData("invoke", "f", "--file", "-")]
    public async Task Dash_reads_the_event_from_standard_input(params string[] arguments)
    {
        node.Answer(Route, 200, "1");
        command.Input = "[1,2]"u8.ToArray();
        await command.Run(arguments);
        Assert.Equal("[1,2]", node.Requests[0].Body);
    }

    [Fact]
    public async Task Event_comes_from_a_file()
    {
        node.Answer(Route, 200, "1");
        command.Write("event.json", """{"from":"file"}""");
        await command.Run("invoke", "f", "--file", "event.json");
        Assert.Equal("""{"from":"file"}""", node.Requests[0].Body);
    }

    [Theory]
    [InlineData("not json", null)]
    [InlineData("{}", "{}")]
    public async Task Wrong_event_is_refused_before_anything_is_sent(string argument, string? option)
    {
        var run = await command.Run(option is null ? ["invoke", "f", argument] : ["invoke", "f", argument, "--event", option]);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Empty(node.Requests);
    }

    [Theory]
    [InlineData(404, "ResourceNotFoundException", ExitCode.Refused)]
    [InlineData(429, "TooManyRequestsException", ExitCode.Refused)]
    [InlineData(403, "InvalidSignatureException", ExitCode.Unreachable)]
    public async Task Refusal_is_one_line_with_code_and_message(int status, string code, int exitCode)
    {
        node.Refuse(Route, status, code, "it says why");
        var run = await command.Run("invoke", "f");
        Assert.Equal((exitCode, "", $"aloft: {code}: it says why\n"), (run.ExitCode, run.Output, run.Error));
    }

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
