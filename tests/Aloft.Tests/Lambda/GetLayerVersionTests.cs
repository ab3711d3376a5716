using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class GetLayerVersionTests
{
    [Fact]
    public async Task It_shows_what_was_published()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer();
        var published = await lambda.PublishLayer(also: new() { ["LicenseInfo"] = "MIT", ["CompatibleRuntimes"] = new JsonArray("nodejs20.x") });
        foreach (var name in new[] { "shared/2", LambdaFixture.LayerArn + "shared/2" })
            Assert.True(JsonNode.DeepEquals(published, await lambda.Call("GetLayerVersion", name)));
    }

    [Theory]
    [InlineData("shared/2")]
    [InlineData("nothing/1")]
    public async Task What_is_not_there_is_not_found(string version)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer();
        Assert.Equal("The resource you requested does not exist.", await lambda.NotFound("GetLayerVersion", version));
    }

    [Fact]
    public async Task Numbers_begin_at_one()
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Equal("Layer Version Cannot be less than 1.", await lambda.Invalid("GetLayerVersion", "shared/0"));
        await lambda.Fails("SerializationException", 400, "GetLayerVersion", "shared/first");
    }

    [Fact]
    public async Task Another_account_sees_it_only_with_permission()
    {
        const string stranger = "999900001111";
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer();
        var path = LambdaFixture.LayerArn + "shared/1";
        await Assert.ThrowsAsync<Aloft.Wire.ApiError>(() => lambda.Call("GetLayerVersion", path, account: stranger));

        await lambda.Call("AddLayerVersionPermission", "shared/1", AddLayerVersionPermissionTests.Statement(principal: stranger));
        Assert.Equal(LambdaFixture.LayerArn + "shared:1", (string?)(await lambda.Call("GetLayerVersion", path, account: stranger))["LayerVersionArn"]);
    }

    [Fact]
    public async Task Another_region_s_layer_is_not_reachable()
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Contains("'us-west-2'", await lambda.NotFound(
            "GetLayerVersion", $"arn:aws:lambda:us-west-2:{LambdaFixture.Account}:layer:shared/1"), StringComparison.Ordinal);
    }
}
