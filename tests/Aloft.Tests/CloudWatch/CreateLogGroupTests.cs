namespace Aloft.Tests.CloudWatch;

public sealed class CreateLogGroupTests
{
    [Fact]
    public async Task A_created_group_is_described_with_its_tags()
    {
        await using var logs = await LogsFixture.Open();
        await logs.Call("CreateLogGroup", new { logGroupName = "/aws/lambda/f", tags = new { team = "a", empty = "" }, logGroupClass = "STANDARD" });

        var group = (await logs.Call("DescribeLogGroups", new { }))["logGroups"]![0]!;
        Assert.Equal("/aws/lambda/f", (string)group["logGroupName"]!);
        Assert.Equal(logs.NowMs, (long)group["creationTime"]!);
        Assert.Equal("arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/f:*", (string)group["arn"]!);
        Assert.Equal("arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/f", (string)group["logGroupArn"]!);
        Assert.Equal(0, (long)group["storedBytes"]!);
        var tags = await logs.Call("ListTagsForResource", new { resourceArn = (string)group["logGroupArn"]! });
        Assert.Equal("""{"tags":{"empty":"","team":"a"}}""", tags.ToJsonString());
    }

    [Fact]
    public async Task A_second_group_of_that_name_is_refused_but_another_account_may_have_it()
    {
        await using var logs = await LogsFixture.Open();
        await logs.Call("CreateLogGroup", new { logGroupName = "g" });
        Assert.Equal("The specified log group already exists", await logs.Fails("ResourceAlreadyExistsException", "CreateLogGroup", new { logGroupName = "g" }));
        await logs.Call("CreateLogGroup", new { logGroupName = "g" }, account: "999999999999");
    }

    [Theory]
    [InlineData("a b", "Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+")]
    [InlineData("a\n", "Member must satisfy regular expression pattern")]
    [InlineData("ä", "Member must satisfy regular expression pattern")]
    [InlineData("", "Member must have length greater than or equal to 1")]
    [InlineData(null, "Member must not be null")]
    [InlineData("aws/x", "reserved for AWS")]
    public async Task Names_that_AWS_refuses_are_refused(string? name, string message)
    {
        await using var logs = await LogsFixture.Open();
        Assert.Contains(message, await logs.Fails("InvalidParameterException", "CreateLogGroup", new { logGroupName = name }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_may_have_512_characters_and_no_more()
    {
        await using var logs = await LogsFixture.Open();
        await logs.Call("CreateLogGroup", new { logGroupName = new string('n', 512) });
        await logs.Fails("InvalidParameterException", "CreateLogGroup", new { logGroupName = new string('n', 513) });
    }

    [Fact]
    public async Task What_is_not_honoured_is_refused_by_name()
    {
        await using var logs = await LogsFixture.Open();
        Assert.Contains("kmsKeyId", await logs.Fails("InvalidParameterException", "CreateLogGroup", new { logGroupName = "g", kmsKeyId = "k" }), StringComparison.Ordinal);
        Assert.Contains(
            "logGroupClass",
            await logs.Fails("InvalidParameterException", "CreateLogGroup", new { logGroupName = "g", logGroupClass = "INFREQUENT_ACCESS" }),
            StringComparison.Ordinal);
        Assert.Contains(
            "deletionProtectionEnabled",
            await logs.Fails("InvalidParameterException", "CreateLogGroup", new { logGroupName = "g", deletionProtectionEnabled = true }),
            StringComparison.Ordinal);
        Assert.Contains("logGroupClass", await logs.Fails("InvalidParameterException", "CreateLogGroup", new { logGroupName = "g", logGroupClass = 7 }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_tags_are_refused()
    {
        await using var logs = await LogsFixture.Open();
        var tooMany = Enumerable.Range(0, 51).ToDictionary(i => $"k{i}", _ => "v");
        await logs.Fails("InvalidParameterException", "CreateLogGroup", new { logGroupName = "g", tags = tooMany });
        await logs.Fails("InvalidParameterException", "CreateLogGroup", new { logGroupName = "g", tags = new Dictionary<string, string> { ["a\0"] = "v" } });
        await logs.Fails("InvalidParameterException", "CreateLogGroup", new { logGroupName = "g", tags = new { k = new string('v', 257) } });
    }
}
