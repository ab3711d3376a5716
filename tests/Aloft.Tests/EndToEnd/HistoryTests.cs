using System.Text.Json.Nodes;

namespace Aloft.Tests.EndToEnd;

/// <summary><c>replay</c>, <c>list --failed</c> and <c>bill</c> against the real program, its sandboxes and its restarts.</summary>
[Collection(RealProgram.Name)]
public sealed class HistoryTests
{
    const string Shop = """
        exports.handler = async event => {
          if (event.fail) throw new TypeError('no good');
          return { total: event.n * 2, rate: process.env.RATE };
        };
        """;

    [Fact]
    public async Task Old_code_runs_again_after_update_restart_and_deletion()
    {
        using var data = new TemporaryFolder();
        var account = Accounts.Next();
        string name, id;
        await using (var first = await AloftProgram.Start(data.Path))
        {
            using var lambda = first.Lambda(account);
            name = await lambda.Create(FunctionSource.Node(Shop), more: new JsonObject
            {
                ["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["RATE"] = "old" } },
            });
            id = RequestId(await lambda.Invoke(name, """{"n":21}"""));
            Assert.Equal("TypeError", (await lambda.Invoke(name, """{"fail":1}""")).FunctionErrorType);

            await lambda.Send(HttpMethod.Put, $"/2015-03-31/functions/{name}/configuration", new JsonObject
            {
                ["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["RATE"] = "new" } },
            });
            await lambda.UntilUpdated(name);
            await lambda.UpdateCode(name, FunctionSource.Node(Shop.Replace("* 2", "* 3", StringComparison.Ordinal)));

            Assert.Equal((0, "the same answer"), await Replay(first, account, id));
            var (now, told) = await Aloft(first, account, "replay", id, "--against", "$LATEST");
            Assert.Equal(1, now);
            Assert.Matches(@"\n\$\.total +42 +63\n\$\.rate +""old"" +""new""\n", told);
            Assert.Contains("environment RATE", told, StringComparison.Ordinal);
            Assert.Equal((0, "{\"n\":21}\n"), await Aloft(first, account, "replay", id, "--event")); // it has stored all that it looked through
            first.Kill();
        }

        await using (var second = await AloftProgram.Start(data.Path))
        {
            using var lambda = second.Lambda(account);
            await lambda.Delete(name);
            Assert.Equal(0, (await Aloft(second, account, "replay", id)).Exit);
            Assert.Equal(4, (await Aloft(second, account, "replay", id, "--against", "$LATEST")).Exit);
            Assert.Equal(4, (await Aloft(second, Accounts.Next(), "replay", id)).Exit);

            var failed = JsonNode.Parse((await Aloft(second, account, "list", "--failed", name, "-o", "json")).Output)!.AsArray();
            var one = Assert.Single(failed, entry => (string?)entry!["source"] == "invoke")!;
            Assert.Equal("TypeError", (string?)one["errorType"]);
            Assert.Equal((0, "the same answer"), await Replay(second, account, (string)one["requestId"]!));
        }
    }

    [Fact]
    public async Task The_bill_is_that_of_the_report_lines()
    {
        await using var program = await AloftProgram.Start();
        var account = Accounts.Next();
        using var lambda = program.Lambda(account);
        var name = await lambda.Create(FunctionSource.Node("""
            exports.handler = async ms => { // of the processor's time, whoever else wants it
              const begin = process.cpuUsage();
              for (let used = process.cpuUsage(begin); used.user + used.system < ms * 1000; used = process.cpuUsage(begin));
            };
            """), memoryMegabytes: 512);
        var reports = new List<Client.ReportLine>();
        foreach (var ms in (int[])[5, 30, 1])
            reports.Add((await lambda.Invoke(name, $"{ms}", tail: true)).LogTail.Split('\n').Select(Client.ReportLine.TryParse).Single(line => line is not null)!);

        var bill = JsonNode.Parse((await Aloft(program, account, "bill", name, "--invocations", "-o", "json")).Output)!;
        var one = bill["functions"]!.AsArray().Single()!;
        Assert.Equal((3, 0, 1), ((int)one["invocations"]!, (int)one["failures"]!, (int)one["coldStarts"]!));
        Assert.Equal(reports.Max(report => report.Duration.TotalMilliseconds), (double)one["longestMs"]!, 0.011);
        Assert.Equal(reports.Max(report => report.PeakMegabytes), (int)one["peakMegabytes"]!);
        Assert.InRange((double)one["cpuMs"]!, 20, reports.Sum(report => report.Duration.TotalMilliseconds) * 2);
        Assert.Equal(
            reports.Sum(report => (long)Math.Ceiling((report.Duration + (report.Init ?? default)).TotalMilliseconds)), (long)one["billedMs"]!, tolerance: 1.0);
        Assert.Equal((decimal)(long)one["billedMs"]! / 1000 / 2, (decimal)one["gigabyteSeconds"]!);
        Assert.Equal(bill["invocations"]!.AsArray().Sum(each => (decimal)each!["chargeUsd"]!), (decimal)bill["chargeUsd"]!, 11);
    }

    [Fact]
    public async Task Events_urls_and_streams_are_remembered_as_what_they_were()
    {
        await using var program = await AloftProgram.Start();
        var account = Accounts.Next();
        using var lambda = program.Lambda(account);
        var name = await lambda.Create(FunctionSource.Node("""
            exports.handler = awslambda.streamifyResponse(async (event, stream) => {
              for (let i = 0; i < (event.pieces ?? 2); i++) if (!stream.write('x'.repeat(100000))) await new Promise(done => stream.once('drain', done));
              stream.end();
            });
            """));
        var created = await lambda.Send(HttpMethod.Post, $"/2021-10-31/functions/{name}/url", new JsonObject { ["AuthType"] = "NONE", ["InvokeMode"] = "RESPONSE_STREAM" });
        using var http = new HttpClient();
        Assert.Equal(200_000, (await http.GetByteArrayAsync(new Uri(created.Json.GetProperty("FunctionUrl").GetString()!))).Length);
        await lambda.Invoke(name, """{"pieces":1}""", "Event");
        var streamed = lambda.Request(HttpMethod.Post, $"/2021-11-15/functions/{name}/response-streaming-invocations", """{"pieces":9}"""u8.ToArray());
        Assert.Equal(200, (await lambda.Send(streamed)).Status);

        JsonArray all = [];
        await Eventually.True(
            async () => (all = JsonNode.Parse((await Aloft(program, account, "list", "--invocations", "-o", "json")).Output)!.AsArray()).Count == 3, "all three have run");
        Assert.Equal(["event", "invoke", "url"], all.Select(one => (string)one!["source"]!).Order());
        Assert.Equal([100_000L, 200_000, 900_000], all.Select(one => (long)one!["answerBytes"]!).Order());
        foreach (var one in all)
            Assert.Equal((0, "the same answer"), await Replay(program, account, (string)one!["requestId"]!));
    }

    [Fact]
    public async Task Signatures_are_demanded_where_all_are_and_a_node_may_remember_nothing()
    {
        var key = new Dictionary<string, string> { ["ALOFT_ACCESS_KEY_ID"] = "111122223333", ["ALOFT_SECRET_ACCESS_KEY"] = "secret" };
        await using (var program = await AloftProgram.Start(environment: key, arguments: ["--auth", "on"]))
        {
            using var http = new HttpClient { BaseAddress = program.Endpoint };
            Assert.Equal(403, (int)(await http.GetAsync(new Uri("/_aloft/invocations", UriKind.Relative))).StatusCode);
            Assert.Equal(3, (await Aloft(program, "111122223333", "bill")).Exit); // the secret is wrong
            Assert.Equal(0, (await Aloft(program, "111122223333", ["bill"], secret: "secret")).Exit);
        }
        await using var forgetful = await AloftProgram.Start(arguments: ["--history-days", "0"]);
        Assert.Equal(4, (await Aloft(forgetful, Accounts.Next(), "list", "--failed")).Exit);
    }

    static string RequestId(WireAnswer answer) => answer.Header("x-amzn-RequestId")!;

    /// <summary>Its exit code, and the last line that it prints.</summary>
    static async Task<(int Exit, string Verdict)> Replay(AloftProgram program, string account, string requestId)
    {
        var (exit, output) = await Aloft(program, account, "replay", requestId);
        return (exit, output.TrimEnd().Split('\n')[^1]);
    }

    static Task<(int Exit, string Output)> Aloft(AloftProgram program, string account, params string[] arguments) => Aloft(program, account, arguments, "any");

    static async Task<(int Exit, string Output)> Aloft(AloftProgram program, string account, string[] arguments, string secret)
    {
        using var command = new Cli.CommandRun();
        command.Environment["AWS_ENDPOINT_URL"] = program.Endpoint.ToString().TrimEnd('/');
        command.Environment["AWS_ACCESS_KEY_ID"] = account;
        command.Environment["AWS_SECRET_ACCESS_KEY"] = secret;
        var run = await command.Run(arguments);
        return (run.ExitCode, run.Output.Length > 0 ? run.Output : run.Error);
    }
}
