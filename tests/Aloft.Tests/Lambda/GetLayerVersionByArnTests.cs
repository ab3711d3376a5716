using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class GetLayerVersionByArnTests
{
    [Fact]
    public async Task It_shows_what_was_published()
    {
        await using var lambda = await LambdaFixture.Open();
        var published = await lambda.PublishLayer();
        Assert.True(JsonNode.DeepEquals(published, await lambda.Call("GetLayerVersionByArn", query: $"Arn={LambdaFixture.LayerArn}shared:1")));
    }

    [Theory]
    [InlineData("shared:2")]
    [InlineData("shared:99999999999999999999")]
    public async Task What_is_not_there_is_not_found(string version)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer();
        Assert.Equal(
            "The resource you requested does not exist.", await lambda.NotFound("GetLayerVersionByArn", query: $"Arn={LambdaFixture.LayerArn}{version}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Arn=shared:1")]
    [InlineData("Arn=arn:aws:lambda:eu-central-1:111122223333:layer:shared")]
    public async Task The_arn_of_a_version_is_needed(string query)
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Contains("'arn'", await lambda.Breaks("GetLayerVersionByArn", query: query), StringComparison.Ordinal);
    }
}
