using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class CreateAliasTests
{
    [Fact]
    public async Task An_alias_is_answered_as_it_is_found()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        var response = await lambda.Respond("CreateAlias", "hello", Alias("1", """{"2":0.25}""", "the live one"));
        Assert.Equal(201, response.HttpStatus);
        Assert.Equal((LambdaFixture.Arn + "hello:live", "live"), ((string?)response.Body!["AliasArn"], (string?)response.Body["Name"]));
        Assert.Equal(("1", "the live one"), ((string?)response.Body["FunctionVersion"], (string?)response.Body["Description"]));
        Assert.Equal(0.25, (double)response.Body["RoutingConfig"]!["AdditionalVersionWeights"]!["2"]!);
        Assert.True(JsonNode.DeepEquals(response.Body, await lambda.Call("GetAlias", "hello/live")));
    }

    [Fact]
    public async Task A_name_is_taken_once_in_a_function()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        await lambda.Create("other");
        await lambda.Call("CreateAlias", "hello", Alias("1"));
        Assert.Equal(
            $"Alias already exists: {LambdaFixture.Arn}hello:live",
            await lambda.Fails("ResourceConflictException", 409, "CreateAlias", "hello", Alias("2")));
        await lambda.Call("CreateAlias", "other", Alias("$LATEST"));
    }

    [Fact]
    public async Task The_versions_must_exist()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        Assert.Equal($"Function not found: {LambdaFixture.Arn}hello:7", await lambda.NotFound("CreateAlias", "hello", Alias("7")));
        Assert.Equal($"Function not found: {LambdaFixture.Arn}hello:8", await lambda.NotFound("CreateAlias", "hello", Alias("1", """{"8":0.5}""")));
        Assert.Equal($"Function not found: {LambdaFixture.Arn}none", await lambda.NotFound("CreateAlias", "none", Alias("1")));
    }

    [Theory]
    [InlineData("$LATEST", """{"1":0.5}""", "$LATEST is not supported for an alias pointing to more than 1 version")]
    [InlineData("1", """{"1":0.5}""", "Invalid function version 1. Function version 1 is already included in routing configuration.")]
    [InlineData("1", """{"1":0.5,"2":0.5}""", "Number of items in AdditionalVersionWeights cannot be greater than 1")]
    public async Task Two_published_versions_share_an_alias_at_most(string version, string weights, string message)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        Assert.Equal(message, await lambda.Invalid("CreateAlias", "hello", Alias(version, weights)));
    }

    [Fact]
    public async Task Versions_with_different_roles_do_not_share_an_alias()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new() { ["Publish"] = true });
        await lambda.Call("UpdateFunctionConfiguration", "hello", new() { ["Role"] = "arn:aws:iam::111122223333:role/other" });
        await lambda.Settled();
        await lambda.Call("PublishVersion", "hello");
        Assert.Equal(
            "Specified versions must be associated with the same execution role",
            await lambda.Invalid("CreateAlias", "hello", Alias("1", """{"2":0.5}""")));
    }

    [Theory]
    [InlineData("""{"2":1.01}""", "less than or equal to 1.0")]
    [InlineData("""{"2":-0.01}""", "greater than or equal to 0.0")]
    [InlineData("""{"$LATEST":0.5}""", "[0-9]+")]
    public async Task Weights_are_shares_of_numbered_versions(string weights, string constraint)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        var message = await lambda.Breaks("CreateAlias", "hello", Alias("1", weights));
        Assert.Contains("at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map ", message, StringComparison.Ordinal);
        Assert.Contains(constraint, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"Name":"7","FunctionVersion":"1"}""", "name")]
    [InlineData("""{"Name":"a b","FunctionVersion":"1"}""", "name")]
    [InlineData("""{"FunctionVersion":"1"}""", "name")]
    [InlineData("""{"Name":"live"}""", "functionVersion")]
    [InlineData("""{"Name":"live","FunctionVersion":"live"}""", "functionVersion")]
    public async Task Names_and_versions_have_their_form(string body, string member)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        Assert.Contains($"'{member}'", await lambda.Breaks("CreateAlias", "hello", JsonNode.Parse(body)!.AsObject()), StringComparison.Ordinal);
    }

    static JsonObject Alias(string version, string? weights = null, string? description = null)
    {
        var body = new JsonObject { ["Name"] = "live", ["FunctionVersion"] = version };
        if (weights is not null)
            body["RoutingConfig"] = new JsonObject { ["AdditionalVersionWeights"] = JsonNode.Parse(weights) };
        if (description is not null)
            body["Description"] = description;
        return body;
    }
}
