using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class UpdateAliasTests
{
    [Fact]
    public async Task What_is_not_sent_stays()
    {
        await using var lambda = await Open();
        var before = await lambda.Call("GetAlias", "hello/live");
        var after = await lambda.Call("UpdateAlias", "hello/live", new() { ["Description"] = "new" });
        Assert.Equal(("1", "new"), ((string?)after["FunctionVersion"], (string?)after["Description"]));
        Assert.Equal(0.1, (double)after["RoutingConfig"]!["AdditionalVersionWeights"]!["2"]!);
        Assert.NotEqual((string?)before["RevisionId"], (string?)after["RevisionId"]);
        Assert.True(JsonNode.DeepEquals(after, await lambda.Call("GetAlias", "hello/live")));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"AdditionalVersionWeights":{}}""")]
    public async Task An_empty_routing_ends_the_sharing(string routing)
    {
        await using var lambda = await Open();
        var after = await lambda.Call("UpdateAlias", "hello/live", new() { ["FunctionVersion"] = "2", ["RoutingConfig"] = JsonNode.Parse(routing) });
        Assert.Equal("2", (string?)after["FunctionVersion"]);
        Assert.False(after.ContainsKey("RoutingConfig"));
    }

    [Fact]
    public async Task A_weight_may_be_zero()
    {
        await using var lambda = await Open();
        var after = await lambda.Call("UpdateAlias", "hello/live", Weights("""{"2":0}"""));
        Assert.Equal(0, (double)after["RoutingConfig"]!["AdditionalVersionWeights"]!["2"]!);
    }

    [Fact]
    public async Task The_result_keeps_the_rules_of_a_new_alias()
    {
        await using var lambda = await Open();
        await lambda.Invalid("UpdateAlias", "hello/live", new() { ["FunctionVersion"] = "2" });
        await lambda.Invalid("UpdateAlias", "hello/live", new() { ["FunctionVersion"] = "$LATEST" });
        await lambda.NotFound("UpdateAlias", "hello/live", new() { ["FunctionVersion"] = "7" });
        await lambda.Breaks("UpdateAlias", "hello/live", Weights("""{"2":2}"""));
        Assert.Equal("1", (string?)(await lambda.Call("GetAlias", "hello/live"))["FunctionVersion"]);
    }

    [Fact]
    public async Task The_revision_must_be_the_latest_when_it_is_given()
    {
        await using var lambda = await Open();
        var revision = (string?)(await lambda.Call("GetAlias", "hello/live"))["RevisionId"];
        await lambda.Fails("PreconditionFailedException", 412, "UpdateAlias", "hello/live", new() { ["RevisionId"] = "other" });
        await lambda.Call("UpdateAlias", "hello/live", new() { ["RevisionId"] = revision });
        await lambda.Fails("PreconditionFailedException", 412, "UpdateAlias", "hello/live", new() { ["RevisionId"] = revision });
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var lambda = await Open();
        Assert.Equal($"Alias not found: {LambdaFixture.Arn}hello:other", await lambda.NotFound("UpdateAlias", "hello/other", []));
        Assert.Equal($"Function not found: {LambdaFixture.Arn}none", await lambda.NotFound("UpdateAlias", "none/live", []));
    }

    static JsonObject Weights(string weights) =>
        new() { ["RoutingConfig"] = new JsonObject { ["AdditionalVersionWeights"] = JsonNode.Parse(weights) } };

    static async Task<LambdaFixture> Open()
    {
        var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        var alias = Weights("""{"2":0.1}""");
        (alias["Name"], alias["FunctionVersion"]) = ("live", "1");
        await lambda.Call("CreateAlias", "hello", alias);
        return lambda;
    }
}
