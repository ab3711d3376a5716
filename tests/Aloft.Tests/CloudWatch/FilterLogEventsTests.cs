using System.Text.Json.Nodes;
using Aloft.Platform.CloudWatch;
using Microsoft.AspNetCore.Http;

namespace Aloft.Tests.CloudWatch;

public sealed class FilterLogEventsTests
{
    static async Task<LogsFixture> WithStreams()
    {
        var logs = await LogsFixture.Open();
        await logs.Call("CreateLogGroup", new { logGroupName = "group" });
        foreach (var name in (string[])["a1", "a2", "b"])
            await logs.Call("CreateLogStream", new { logGroupName = "group", logStreamName = name });
        await logs.Put("a1", (0, "a1 first"), (4000, "a1 last"));
        await logs.Put("a2", (1000, "a2 first"), (3000, "a2 ERROR"));
        await logs.Put("b", (2000, "b ERROR"));
        return logs;
    }

    static async Task<string[]> Filter(LogsFixture logs, object input) => LogsFixture.Texts(await logs.Call("FilterLogEvents", input));

    [Fact]
    public async Task Events_of_all_streams_come_interleaved_by_time()
    {
        await using var logs = await WithStreams();
        var page = await logs.Call("FilterLogEvents", new { logGroupName = "group", interleaved = false });
        Assert.Equal(["a1 first", "a2 first", "b ERROR", "a2 ERROR", "a1 last"], LogsFixture.Texts(page));
        Assert.False(page.ContainsKey("nextToken"));
        var first = page["events"]![0]!;
        Assert.Equal(("a1", logs.NowMs, logs.NowMs), ((string)first["logStreamName"]!, (long)first["timestamp"]!, (long)first["ingestionTime"]!));
        Assert.Equal(5, page["events"]!.AsArray().Select(e => (string)e!["eventId"]!).Where(id => id.Length == 56).Distinct().Count());
    }

    [Fact]
    public async Task Streams_are_chosen_by_names_or_prefix()
    {
        await using var logs = await WithStreams();
        Assert.Equal(["b ERROR"], await Filter(logs, new { logGroupName = "group", logStreamNames = new[] { "b" } }));
        Assert.Equal(
            ["a1 first", "b ERROR", "a1 last"], await Filter(logs, new { logGroupName = "group", logStreamNames = new[] { "a1", "b", "a1" } }));
        Assert.Equal(
            ["a1 first", "a2 first", "a2 ERROR", "a1 last"], await Filter(logs, new { logGroupIdentifier = "group", logStreamNamePrefix = "a" }));
        Assert.Empty(await Filter(logs, new { logGroupName = "group", logStreamNamePrefix = "c" }));
        await logs.Fails("ResourceNotFoundException", "FilterLogEvents", new { logGroupName = "group", logStreamNames = new[] { "a1", "none" } });
    }

    [Fact]
    public async Task Both_ends_of_the_time_range_are_included()
    {
        await using var logs = await WithStreams();
        var now = logs.NowMs;
        Assert.Equal(["a2 first", "b ERROR", "a2 ERROR"], await Filter(logs, new { logGroupName = "group", startTime = now + 1000, endTime = now + 3000 }));
        Assert.Empty(await Filter(logs, new { logGroupName = "group", startTime = now + 3000, endTime = now + 1000 }));
    }

    [Fact]
    public async Task A_pattern_selects_across_pages()
    {
        await using var logs = await WithStreams();
        var first = await logs.Call("FilterLogEvents", new { logGroupName = "group", filterPattern = "ERROR", limit = 1 });
        Assert.Equal(["b ERROR"], LogsFixture.Texts(first));
        Assert.Equal(["a2 ERROR"], await Filter(logs, new { logGroupName = "group", filterPattern = "ERROR", limit = 5, nextToken = (string)first["nextToken"]! }));
    }

    [Fact]
    public async Task A_call_examines_a_bounded_amount_and_a_later_one_goes_on()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        for (var i = 0; i < 20; i++)
            await logs.Put("stream", (i * 1000, $"{i} {(i % 7 == 6 ? "needle" : "hay")} {new string('x', 1000)}"));

        var (found, calls, token) = (new List<string>(), 0, default(string));
        do
        {
            var page = await Examine(logs, token, maxExaminedBytes: 10_000);
            found.AddRange(LogsFixture.Texts(page).Select(text => text.Split(' ')[0]));
            token = (string?)page["nextToken"];
            calls++;
        }
        while (token is not null && calls < 100);
        Assert.Equal(["6", "13"], found);
        Assert.InRange(calls, 5, 10);
    }

    static async Task<JsonObject> Examine(LogsFixture logs, string? token, long maxExaminedBytes)
    {
        var ids = new RowIds(logs.Clock);
        var operation = new FilterLogEvents(new(logs.Db, ids), new(logs.Db, ids), logs.Logs.Sink, logs.Clock, maxExaminedBytes);
        var body = new JsonObject { ["logGroupName"] = "group", ["filterPattern"] = "needle", ["nextToken"] = token };
        var response = await operation.Handle(
            new()
            {
                Context = new(LogsFixture.Account, LogsFixture.Region, "id", "arn"),
                Payload = System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()),
                Http = new DefaultHttpContext().Request,
            },
            CancellationToken.None);
        return response.Body!;
    }

    [Fact]
    public async Task Bad_parameters_are_refused()
    {
        await using var logs = await WithStreams();
        await logs.Fails("InvalidParameterException", "FilterLogEvents", new { logGroupName = "group", logStreamNames = new[] { "a" }, logStreamNamePrefix = "a" });
        await logs.Fails("InvalidParameterException", "FilterLogEvents", new { logGroupName = "group", logStreamNames = Array.Empty<string>() });
        await logs.Fails("InvalidParameterException", "FilterLogEvents", new { logGroupName = "group", filterPattern = new string('x', 1025) });
        await logs.Fails("InvalidParameterException", "FilterLogEvents", new { logGroupName = "group", filterPattern = "{ $.a = 1" });
        await logs.Fails("InvalidParameterException", "FilterLogEvents", new { logGroupName = "group", unmask = true });
        Assert.Equal(
            "The specified nextToken is invalid.", await logs.Fails("InvalidParameterException", "FilterLogEvents", new { logGroupName = "group", nextToken = "x" }));
        await logs.Fails("ResourceNotFoundException", "FilterLogEvents", new { logGroupName = "none" });
    }
}
