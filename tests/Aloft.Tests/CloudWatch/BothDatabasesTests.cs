using Aloft.Platform.CloudWatch;
using Aloft.Platform.Kernel;
using Aloft.Storage;
using Aloft.Tests.Storage;

namespace Aloft.Tests.CloudWatch;

/// <summary>The stores' statements on both databases; what the operations make of them is tested on SQLite.</summary>
public sealed class BothDatabasesTests
{
    [Theory, OnSqlite, OnPostgres]
    public async Task A_groups_life(DbKind kind)
    {
        await using var logs = await (await LogsFixture.Open(kind)).WithStream();
        foreach (var name in (string[])["b", "B", "_", "/a", "Z#"])
            await logs.Call("CreateLogGroup", new { logGroupName = name });
        await logs.Fails("ResourceAlreadyExistsException", "CreateLogGroup", new { logGroupName = "b" });
        var page = await logs.Call("DescribeLogGroups", new { limit = 4 });
        Assert.Equal(["/a", "B", "Z#", "_"], page["logGroups"]!.AsArray().Select(group => (string)group!["logGroupName"]!));
        page = await logs.Call("DescribeLogGroups", new { nextToken = (string)page["nextToken"]! });
        Assert.Equal(["b", "group"], page["logGroups"]!.AsArray().Select(group => (string)group!["logGroupName"]!));
        Assert.Single((await logs.Call("DescribeLogGroups", new { logGroupNamePattern = "rou" }))["logGroups"]!.AsArray());
        Assert.Single((await logs.Call("DescribeLogGroups", new { logGroupNamePrefix = "gr" }))["logGroups"]!.AsArray());

        await logs.Call("PutRetentionPolicy", new { logGroupName = "group", retentionInDays = 7 });
        await logs.Call("DeleteRetentionPolicy", new { logGroupName = "group" });
        const string arn = "arn:aws:logs:eu-central-1:111122223333:log-group:group";
        await logs.Call("TagResource", new { resourceArn = arn, tags = new { a = "ä" } });
        Assert.Equal("ä", (string)(await logs.Call("ListTagsForResource", new { resourceArn = arn }))["tags"]!["a"]!);
        await logs.Call("DeleteLogGroup", new { logGroupName = "group" });
        await logs.Fails("ResourceNotFoundException", "DeleteLogGroup", new { logGroupName = "group" });
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task A_streams_life(DbKind kind)
    {
        await using var logs = await (await LogsFixture.Open(kind)).WithStream(stream: "a");
        await logs.Call("CreateLogStream", new { logGroupName = "group", logStreamName = "b" });
        await logs.Call("CreateLogStream", new { logGroupName = "group", logStreamName = "C" });
        await logs.Fails("ResourceAlreadyExistsException", "CreateLogStream", new { logGroupName = "group", logStreamName = "a" });
        await logs.Put("b", (0, "x"), (5, "y"));
        await logs.Put("b", (-5, "w"));
        foreach (var (orderBy, descending, expected) in ((string, bool, string)[])
            [("LogStreamName", false, "Cab"), ("LogStreamName", true, "baC"), ("LastEventTime", false, "Cab"), ("LastEventTime", true, "baC")])
        {
            var (seen, token) = ("", default(string));
            do
            {
                var page = await logs.Call("DescribeLogStreams", new { logGroupName = "group", orderBy, descending, limit = 1, nextToken = token });
                seen += (string)page["logStreams"]![0]!["logStreamName"]!;
                token = (string?)page["nextToken"];
            }
            while (token is not null);
            Assert.Equal(expected, seen);
        }
        var stream = (await logs.Call("DescribeLogStreams", new { logGroupName = "group", logStreamNamePrefix = "b" }))["logStreams"]![0]!;
        Assert.Equal((logs.NowMs - 5, logs.NowMs + 5), ((long)stream["firstEventTimestamp"]!, (long)stream["lastEventTimestamp"]!));
        await logs.Call("DeleteLogStream", new { logGroupName = "group", logStreamName = "b" });
        await logs.Fails("ResourceNotFoundException", "DeleteLogStream", new { logGroupName = "group", logStreamName = "b" });
        Assert.Empty(await logs.Filtered(""));
    }

    [Theory, OnSqlite, OnPostgres]
    public async Task Events_are_stored_searched_and_expired(DbKind kind)
    {
        await using var logs = await (await LogsFixture.Open(kind)).WithStream();
        await logs.Put("stream", (0, "put"), (30_000, "later"));
        logs.Logs.Sink.Open(LogsFixture.Account, LogsFixture.Region, "group", "logged").Append(logs.Now.AddSeconds(1), new byte[10_000]);
        logs.Logs.Sink.Open(LogsFixture.Account, LogsFixture.Region, "made", "made").AppendPlatform(new(PlatformRecordKind.End, logs.Now, default, ""));
        Assert.Equal(["put", new string('\0', 10_000), "later"], await logs.Filtered(""));
        Assert.Equal(["put", "later"], await logs.Messages());
        await logs.Call("CreateLogStream", new { logGroupName = "group", logStreamName = "empty" });
        var two = await logs.Call("FilterLogEvents", new { logGroupName = "group", logStreamNames = new[] { "stream", "empty" } });
        Assert.Equal(["put", "later"], LogsFixture.Texts(two));
        Assert.Equal(["put", "later"], LogsFixture.Texts(await logs.Call("FilterLogEvents", new { logGroupName = "group", logStreamNamePrefix = "s" })));
        Assert.Equal(["later"], LogsFixture.Texts(await logs.Call("GetLogEvents", new { logGroupName = "group", logStreamName = "stream", limit = 1 })));
        Assert.Equal([$"END RequestId: {Guid.Empty}\n"], await logs.Messages("made", "made"));

        await logs.Call("PutRetentionPolicy", new { logGroupName = "group", retentionInDays = 1 });
        Assert.True(await logs.Logs.Expire(logs.Now.AddDays(2), CancellationToken.None) > 0);
        Assert.Empty(await logs.Filtered(""));
        Assert.True(await new Expiry(new(logs.Db, new(logs.Clock)), maxStoredBytes: 0).Run(logs.Now, CancellationToken.None) > 0);
        Assert.Empty(await logs.Messages("made", "made"));
    }
}
