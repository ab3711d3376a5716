using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class PublishVersionTests
{
    [Fact]
    public async Task A_version_is_what_the_function_is_now()
    {
        await using var lambda = await LambdaFixture.Open();
        var created = await lambda.Create(also: new() { ["MemorySize"] = 512, ["Description"] = "says hello" });
        lambda.Time.Advance(TimeSpan.FromMinutes(1));
        var response = await lambda.Respond("PublishVersion", "hello");
        var published = response.Body!;

        Assert.Equal(201, response.HttpStatus);
        Assert.Equal(("1", LambdaFixture.Arn + "hello:1"), ((string?)published["Version"], (string?)published["FunctionArn"]));
        Assert.Equal(("says hello", 512), ((string?)published["Description"], (int)published["MemorySize"]!));
        Assert.Equal((string?)created["CodeSha256"], (string?)published["CodeSha256"]);
        Assert.NotEqual((string?)created["RevisionId"], (string?)published["RevisionId"]);
        Assert.NotEqual((string?)created["LastModified"], (string?)published["LastModified"]);
        Assert.Equal(("Active", "Successful"), ((string?)published["State"], (string?)published["LastUpdateStatus"]));
        Assert.False(published.ContainsKey("StateReason"));
    }

    [Fact]
    public async Task Nothing_that_happens_to_the_function_changes_a_version()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var published = await lambda.Call("PublishVersion", "hello");
        await lambda.Call("UpdateFunctionConfiguration", "hello", new()
        {
            ["Timeout"] = 99, ["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["AB"] = "1" } },
        });
        await lambda.Settled();
        Assert.Equal("2", await lambda.Publish("exports.handler = async () => 2"));

        var first = await lambda.Call("GetFunctionConfiguration", "hello", query: "Qualifier=1");
        Assert.Equal((3, (string?)published["CodeSha256"]), ((int)first["Timeout"]!, (string?)first["CodeSha256"]));
        Assert.Equal((string?)published["RevisionId"], (string?)first["RevisionId"]);
        Assert.False(first.ContainsKey("Environment"));
        Assert.Equal(99, (int)(await lambda.Call("GetFunctionConfiguration", "hello:2"))["Timeout"]!);
    }

    [Fact]
    public async Task Where_nothing_changed_the_last_version_is_the_answer()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var first = await lambda.Call("PublishVersion", "hello", new() { ["Description"] = "first" });
        var second = await lambda.Call("PublishVersion", "hello", new() { ["Description"] = "another" });
        Assert.Equal(("1", "first"), ((string?)second["Version"], (string?)second["Description"]));
        Assert.Equal((string?)first["RevisionId"], (string?)second["RevisionId"]);

        await lambda.Call("UpdateFunctionCode", "hello", new() { ["ZipFile"] = Convert.ToBase64String(LambdaFixture.Zip) });
        await lambda.Settled();
        Assert.Equal("1", (string?)(await lambda.Call("PublishVersion", "hello"))["Version"]);
    }

    [Theory]
    [InlineData("""{"Timeout":4}""")]
    [InlineData("""{"Description":"now different"}""")]
    [InlineData("""{"Environment":{"Variables":{"AB":"1"}}}""")]
    [InlineData("""{"Role":"arn:aws:iam::111122223333:role/other"}""")]
    public async Task A_change_of_configuration_makes_a_new_version(string change)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new() { ["Publish"] = true });
        await lambda.Call("UpdateFunctionConfiguration", "hello", JsonNode.Parse(change)!.AsObject());
        await lambda.Settled();
        Assert.Equal("2", (string?)(await lambda.Call("PublishVersion", "hello"))["Version"]);
    }

    [Fact]
    public async Task Going_back_to_an_older_version_makes_a_new_one()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        await lambda.Call("UpdateFunctionCode", "hello", new() { ["ZipFile"] = Convert.ToBase64String(LambdaFixture.Zip) });
        await lambda.Settled();
        Assert.Equal("3", (string?)(await lambda.Call("PublishVersion", "hello"))["Version"]);
    }

    [Fact]
    public async Task The_conditions_must_hold()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var current = await lambda.Call("GetFunctionConfiguration", "hello");
        Assert.StartsWith(
            "CodeSHA256 (abc) is different from current CodeSHA256 in $LATEST (",
            await lambda.Invalid("PublishVersion", "hello", new() { ["CodeSha256"] = "abc" }));
        await lambda.Fails("PreconditionFailedException", 412, "PublishVersion", "hello", new() { ["RevisionId"] = "other" });
        var published = await lambda.Call("PublishVersion", "hello", new()
        {
            ["CodeSha256"] = (string?)current["CodeSha256"], ["RevisionId"] = (string?)current["RevisionId"],
        });
        Assert.Equal("1", (string?)published["Version"]);
    }

    [Fact]
    public async Task Only_a_function_that_is_there_and_settled_is_published()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.NotFound("PublishVersion", "none");
        await lambda.Parts.Leave(Functions.Registry.RegistryFixture.Updating());
        await lambda.Fails("ResourceConflictException", 409, "PublishVersion", "hello");
        await lambda.Invalid("PublishVersion", "hello:1");
        Assert.Contains("PublishTo", await lambda.Invalid("PublishVersion", "hello", new() { ["PublishTo"] = "LATEST_PUBLISHED" }), StringComparison.Ordinal);
    }
}
