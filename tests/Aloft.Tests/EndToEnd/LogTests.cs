using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Aloft.Tests.EndToEnd;

/// <summary>The record of an invocation, in AWS's format. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html</summary>
[Collection(RealProgram.Name)]
public sealed partial class LogTests(SharedProgram shared) : IClassFixture<SharedProgram>
{
    [Fact]
    public async Task Lines_bracket_an_invocation_in_order()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Python("import time\ndef handler(event, context):\n    print('inside')\n    time.sleep(0.2)\n"), memoryMegabytes: 192);
        var id = (await lambda.Invoke(name)).Header("x-amzn-RequestId");
        var lines = await Lines(lambda, name, atLeast: 5);

        Assert.Equal(5, lines.Count);
        Assert.Matches(@"^INIT_START Runtime Version: \S+", lines[0]);
        Assert.Equal($"START RequestId: {id} Version: $LATEST", lines[1].TrimEnd());
        Assert.Equal("inside", lines[2].TrimEnd());
        Assert.Equal($"END RequestId: {id}", lines[3].TrimEnd());
        var report = Report().Match(lines[4]);
        Assert.True(report.Success, lines[4]);
        Assert.Equal(id, report.Groups["id"].Value);
        var duration = double.Parse(report.Groups["duration"].Value, CultureInfo.InvariantCulture);
        Assert.InRange(duration, 200, 3000);
        Assert.Equal(192, int.Parse(report.Groups["memory"].Value, CultureInfo.InvariantCulture));
        Assert.InRange(int.Parse(report.Groups["peak"].Value, CultureInfo.InvariantCulture), 1, 192);
        Assert.True(report.Groups["init"].Success, "a cold start without Init Duration");
    }

    [Fact]
    public async Task Only_the_cold_start_has_an_init_duration()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Echo);
        Assert.Contains("Init Duration", (await lambda.Invoke(name, tail: true)).LogTail, StringComparison.Ordinal);
        Assert.DoesNotContain("Init Duration", (await lambda.Invoke(name, tail: true)).LogTail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_of_several_lines_is_one_event_and_keeps_its_order()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Node("""
            exports.handler = async () => {
              console.log('one\ntwo\nthree');
              for (let n = 0; n < 50; n++) (n % 2 ? console.error : console.log)(`line ${n}`);
            };
            """));
        await lambda.Invoke(name);
        var lines = await Lines(lambda, name, atLeast: 54);
        Assert.Contains(lines, line => line.TrimEnd().EndsWith("one\ntwo\nthree", StringComparison.Ordinal));
        Assert.Equal(
            Enumerable.Range(0, 50).Select(n => $"line {n}"),
            lines.Select(line => line.TrimEnd().Split('\t')[^1]).Where(line => line.StartsWith("line ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_a_function_prints_at_load_is_kept()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Node("console.log('loading now'); exports.handler = async () => 1;"));
        await lambda.Invoke(name);
        Assert.Contains(await Lines(lambda, name, atLeast: 5), line => line.Contains("loading now", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tail_is_the_last_four_kilobytes()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Node("exports.handler = async () => { for (let n = 0; n < 500; n++) console.log('number', n); };"));
        var tail = (await lambda.Invoke(name, tail: true)).LogTail;
        Assert.InRange(tail.Length, 2048, 4096);
        Assert.Contains("number 499", tail, StringComparison.Ordinal);
        Assert.DoesNotContain("number 1\n", tail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_group_of_the_configuration_is_used()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Echo, more: new JsonObject { ["LoggingConfig"] = new JsonObject { ["LogGroup"] = "/my/own" } });
        await lambda.Invoke(name);
        await Eventually.True(
            async () => (await lambda.Logs("FilterLogEvents", new JsonObject { ["logGroupName"] = "/my/own" })).Status == 200, "the group has events");
    }

    static Task<List<string>> Lines(LambdaWire lambda, string name, int atLeast) => Eventually.Get(
        async () => await lambda.LogLines(name) is var lines && lines.Count >= atLeast ? lines : null, $"{atLeast} log events of {name}");

    [GeneratedRegex(@"^REPORT RequestId: (?<id>\S+)\tDuration: (?<duration>[\d.]+) ms\tBilled Duration: \d+ ms\tMemory Size: (?<memory>\d+) MB\tMax Memory Used: (?<peak>\d+) MB(\tInit Duration: (?<init>[\d.]+) ms)?")]
    private static partial Regex Report();
}
