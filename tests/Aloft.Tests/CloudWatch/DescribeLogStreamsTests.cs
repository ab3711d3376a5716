using System.Text.Json.Nodes;

namespace Aloft.Tests.CloudWatch;

public sealed class DescribeLogStreamsTests
{
    /// <summary>Streams a to e with last events at 3, 1, 1, none and 2 seconds.</summary>
    static async Task<LogsFixture> WithStreams()
    {
        var logs = await LogsFixture.Open();
        await logs.Call("CreateLogGroup", new { logGroupName = "group" });
        foreach (var (name, seconds) in ((string, int)[])[("a", 3), ("b", 1), ("c", 1), ("d", 0), ("e", 2)])
        {
            await logs.Call("CreateLogStream", new { logGroupName = "group", logStreamName = name });
            if (seconds > 0)
                await logs.Put(name, (0, "first"), (seconds * 1000, "last"));
        }
        return logs;
    }

    static IEnumerable<string> NamesOf(JsonObject page) => page["logStreams"]!.AsArray().Select(stream => (string)stream!["logStreamName"]!);

    [Theory]
    [InlineData("LogStreamName", false, "abcde")]
    [InlineData("LogStreamName", true, "edcba")]
    [InlineData("LastEventTime", false, "dbcea")]
    [InlineData("LastEventTime", true, "aecbd")]
    public async Task Either_order_in_either_direction_pages_through_every_stream_once(string orderBy, bool descending, string expected)
    {
        await using var logs = await WithStreams();
        for (var limit = 1; limit <= 6; limit++)
        {
            var seen = new List<string>();
            string? token = null;
            do
            {
                var page = await logs.Call("DescribeLogStreams", new { logGroupName = "group", orderBy, descending, limit, nextToken = token });
                seen.AddRange(NamesOf(page));
                token = (string?)page["nextToken"];
            }
            while (token is not null);
            Assert.Equal(expected, string.Concat(seen));
        }
    }

    [Fact]
    public async Task Times_of_first_and_last_event_and_ingestion_are_told()
    {
        await using var logs = await WithStreams();
        logs.Clock.Advance(TimeSpan.FromMinutes(1));
        var earlier = logs.NowMs - 70_000;
        await logs.Put("a", (-70_000, "earlier still"));
        var stream = (await logs.Call("DescribeLogStreams", new { logGroupName = "group", logStreamNamePrefix = "a" }))["logStreams"]![0]!;
        Assert.Equal(earlier, (long)stream["firstEventTimestamp"]!);
        Assert.Equal(earlier + 10_000 + 3_000, (long)stream["lastEventTimestamp"]!);
        Assert.Equal(logs.NowMs, (long)stream["lastIngestionTime"]!);
        Assert.Equal(0, (int)stream["storedBytes"]!);
    }

    [Fact]
    public async Task The_group_may_be_given_as_an_ARN_with_and_without_its_asterisk()
    {
        await using var logs = await WithStreams();
        const string arn = "arn:aws:logs:eu-central-1:111122223333:log-group:group";
        foreach (var identifier in (string[])["group", arn, $"{arn}:*"])
            Assert.Equal(5, NamesOf(await logs.Call("DescribeLogStreams", new { logGroupIdentifier = identifier })).Count());
    }

    [Fact]
    public async Task Bad_parameters_are_refused()
    {
        await using var logs = await WithStreams();
        Assert.Equal(
            "Cannot order by LastEventTime with a logStreamNamePrefix.",
            await logs.Fails("InvalidParameterException", "DescribeLogStreams", new { logGroupName = "group", orderBy = "LastEventTime", logStreamNamePrefix = "a" }));
        await logs.Fails("InvalidParameterException", "DescribeLogStreams", new { });
        await logs.Fails("InvalidParameterException", "DescribeLogStreams", new { logGroupName = "group", logGroupIdentifier = "group" });
        await logs.Fails("InvalidParameterException", "DescribeLogStreams", new { logGroupName = "group", orderBy = "Size" });
        await logs.Fails("InvalidParameterException", "DescribeLogStreams", new { logGroupIdentifier = "arn:aws:s3:::bucket" });
        await logs.Fails("ResourceNotFoundException", "DescribeLogStreams", new { logGroupName = "none" });
        await logs.Fails("ResourceNotFoundException", "DescribeLogStreams", new { logGroupIdentifier = "arn:aws:logs:eu-central-1:999999999999:log-group:group" });
    }
}
