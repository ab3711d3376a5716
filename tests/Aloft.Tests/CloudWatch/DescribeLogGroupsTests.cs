using System.Text.Json.Nodes;

namespace Aloft.Tests.CloudWatch;

public sealed class DescribeLogGroupsTests
{
    static readonly string[] Names = ["/aws/lambda/a", "/aws/lambda/b", "B", "a", "b-data"];

    static async Task<LogsFixture> WithGroups()
    {
        var logs = await LogsFixture.Open();
        foreach (var name in Names.Reverse())
            await logs.Call("CreateLogGroup", new { logGroupName = name });
        await logs.Call("CreateLogGroup", new { logGroupName = "other" }, account: "999999999999");
        return logs;
    }

    static string[] NamesOf(JsonObject page) => [.. page["logGroups"]!.AsArray().Select(group => (string)group!["logGroupName"]!)];

    [Fact]
    public async Task Groups_of_the_account_come_in_ASCII_order()
    {
        await using var logs = await WithGroups();
        var page = await logs.Call("DescribeLogGroups", new { });
        Assert.Equal(Names, NamesOf(page));
        Assert.False(page.ContainsKey("nextToken"));
    }

    [Theory]
    [InlineData("/aws/lambda/", 2)]
    [InlineData("b", 1)]
    [InlineData("zz", 0)]
    public async Task A_prefix_selects(string prefix, int count)
    {
        await using var logs = await WithGroups();
        var names = NamesOf(await logs.Call("DescribeLogGroups", new { logGroupNamePrefix = prefix }));
        Assert.Equal(count, names.Length);
        Assert.All(names, name => Assert.StartsWith(prefix, name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pattern_is_a_part_of_the_name_with_case_and_answers_briefly()
    {
        await using var logs = await WithGroups();
        var page = await logs.Call("DescribeLogGroups", new { logGroupNamePattern = "lambda/" });
        Assert.Equal(["/aws/lambda/a", "/aws/lambda/b"], NamesOf(page));
        Assert.Equal(["arn", "creationTime", "logGroupName"], page["logGroups"]![0]!.AsObject().Select(member => member.Key).Order());
        Assert.Empty(NamesOf(await logs.Call("DescribeLogGroups", new { logGroupNamePattern = "LAMBDA" })));
    }

    [Fact]
    public async Task Pages_of_any_size_give_every_group_once()
    {
        await using var logs = await WithGroups();
        for (var limit = 1; limit <= Names.Length + 1; limit++)
        {
            var seen = new List<string>();
            string? token = null;
            do
            {
                var page = await logs.Call("DescribeLogGroups", new { limit, nextToken = token });
                seen.AddRange(NamesOf(page));
                token = (string?)page["nextToken"];
            }
            while (token is not null);
            Assert.Equal(Names, seen);
        }
    }

    [Fact]
    public async Task Stored_bytes_count_what_was_put_and_what_functions_logged()
    {
        await using var logs = await (await LogsFixture.Open()).WithStream();
        await logs.Put("stream", (0, new string('x', 100)));
        var put = await StoredBytes();
        Assert.InRange(put, 100, 150);
        logs.Logs.Sink.Open(LogsFixture.Account, LogsFixture.Region, "group", "other").Append(logs.Now, new byte[200]);
        Assert.InRange(await StoredBytes() - put, 200, 250);

        async Task<long> StoredBytes() => (long)(await logs.Call("DescribeLogGroups", new { }))["logGroups"]![0]!["storedBytes"]!;
    }

    [Fact]
    public async Task Bad_parameters_are_refused()
    {
        await using var logs = await LogsFixture.Open();
        await logs.Fails("InvalidParameterException", "DescribeLogGroups", new { limit = 0 });
        await logs.Fails("InvalidParameterException", "DescribeLogGroups", new { limit = 51 });
        await logs.Fails("InvalidParameterException", "DescribeLogGroups", new { logGroupNamePrefix = "a", logGroupNamePattern = "a" });
        await logs.Fails("InvalidParameterException", "DescribeLogGroups", new { includeLinkedAccounts = true });
        Assert.Contains("logGroupIdentifiers", await logs.Fails("InvalidParameterException", "DescribeLogGroups", new { logGroupIdentifiers = new[] { "a" } }), StringComparison.Ordinal);
        foreach (var token in (string[])["x", "!!", "e30", "bnVsbA", "/w"])
            Assert.Equal("The specified nextToken is invalid.", await logs.Fails("InvalidParameterException", "DescribeLogGroups", new { nextToken = token }));
    }
}
