using System.Text.Json.Nodes;
using Aloft.Terminal;

namespace Aloft.Tests.Cli;

public sealed class BillVerbTests : IAsyncLifetime
{
    const string Bill = """
        {"since":"2026-01-01T00:00:00.000Z","prices":{"region":"us-east-1","requestUsd":0.0000002,"gigabyteSecondUsd":0.0000166667},"chargeUsd":0.0123,"functions":[
        {"functionName":"one","memoryMegabytes":1024,"invocations":1200,"failures":3,"coldStarts":2,"notRecorded":7,"averageMs":10.5,"longestMs":1500,"billedMs":13000,
         "cpuMs":500,"peakMegabytes":40,"gigabyteSeconds":13,"chargeUsd":0.0120,"estimate":{"chargeUsd":0.0130},"cheapest":{"memoryMegabytes":256,"saves":0.7312}},
        {"functionName":"two","memoryMegabytes":128,"invocations":1,"failures":0,"coldStarts":1,"notRecorded":0,"averageMs":1,"longestMs":1,"billedMs":2,
         "cpuMs":1,"peakMegabytes":30,"gigabyteSeconds":0.00025,"chargeUsd":0.00000020417,"estimate":{"chargeUsd":0.0003},"cheapest":{"memoryMegabytes":128,"saves":0}}]}
        """;

    readonly CommandRun command = new();
    StubNode node = null!;

    public async Task InitializeAsync()
    {
        node = await StubNode.Start();
        command.Environment["AWS_ENDPOINT_URL"] = node.Address;
        node.Answer("GET /_aloft/bill", 200, Bill);
    }

    public async Task DisposeAsync()
    {
        await node.DisposeAsync();
        command.Dispose();
    }

    [Fact]
    public async Task Each_function_has_a_line_and_all_have_one_together()
    {
        var run = await command.Run("bill", "--since", "7d");
        var lines = run.Output.TrimEnd().Split('\n');
        Assert.Equal((0, 4), (run.ExitCode, lines.Length));
        Assert.Matches(@"^one +1,200 +3 +2 +10.5 ms +1.50 s +13.00 s +500.0 ms +40 MB +1024 MB +13.00 +\$0.012 +\$0.013 +256 MB, saves 73%$", lines[1]);
        Assert.Matches(@"^two +1 +0 +1 +1.0 ms +1.0 ms +2 ms +1.0 ms +30 MB +128 MB +0.00025 +\$0.000000204 +\$0.0003 +as it is$", lines[2]);
        Assert.Matches(@"^all +1,201 +3 +3 +13.00 s +501.0 ms +13.00 +\$0.0123 +\$0.0133$", lines[3]);
        Assert.Contains("7 more invocations of one", run.Error, StringComparison.Ordinal);
        Assert.Contains("$0.20 for a million requests, $0.0000166667 for a GB-second", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_invocation_can_be_shown_by_itself()
    {
        node.Answer("GET /_aloft/invocations", 200, """
            {"invocations":[{"requestId":"1-2","functionName":"one","beganAt":"2026-01-02T03:04:05.678Z","durationMs":1.5,"initMs":80,"billedMs":82,"cpuMs":1,
            "memoryMegabytes":1024,"peakMegabytes":40,"gigabyteSeconds":0.082,"chargeUsd":0.00000156667}]}
            """);
        var run = await command.Run("bill", "one", "--invocations");
        Assert.Matches(
            @"(?m)^2026-01-02 03:04:05 +1-2 +one +ok +1.5 ms +80.0 ms +82 ms +1.0 ms +40 MB +1024 MB +0.082 +\$0.00000157$", run.Output.Replace("0.0820", "0.082"));
        Assert.All(node.Requests, request => Assert.Contains("FunctionName=one", request.Query, StringComparison.Ordinal));
        Assert.Single(JsonNode.Parse((await command.Run("bill", "one", "--invocations", "-o", "json")).Output)!["invocations"]!.AsArray());
    }

    [Fact]
    public async Task Nothing_invoked_leaves_standard_output_empty()
    {
        node.Answer("GET /_aloft/bill", 200, """{"functions":[]}""");
        await command.Run("bill");
        var run = await command.Run("bill");
        Assert.Equal((0, ""), (run.ExitCode, run.Output));
    }

    [Theory]
    [InlineData("0", "$0.00")]
    [InlineData("12.345", "$12.35")]
    [InlineData("0.2", "$0.20")]
    [InlineData("0.0123456", "$0.0123")]
    [InlineData("0.00000020849", "$0.000000208")]
    public void Money_shows_three_digits_that_say_something(string usd, string shown) =>
        Assert.Equal(shown, Quantity.Money(decimal.Parse(usd, System.Globalization.CultureInfo.InvariantCulture)));
}
