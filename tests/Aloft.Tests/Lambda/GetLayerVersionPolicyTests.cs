using System.Text.Json.Nodes;
using static Aloft.Tests.Lambda.AddLayerVersionPermissionTests;

namespace Aloft.Tests.Lambda;

public sealed class GetLayerVersionPolicyTests
{
    [Fact]
    public async Task It_is_a_document_of_all_statements()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer();
        await lambda.Call("AddLayerVersionPermission", "shared/1", Statement("a"));
        var revision = (string?)(await lambda.Call("AddLayerVersionPermission", "shared/1", Statement("b", "999900001111")))["RevisionId"];
        var answer = await lambda.Call("GetLayerVersionPolicy", "shared/1");
        Assert.Equal(revision, (string?)answer["RevisionId"]);
        var policy = JsonNode.Parse((string)answer["Policy"]!)!;
        Assert.Equal(("2012-10-17", "default"), ((string?)policy["Version"], (string?)policy["Id"]));
        Assert.Equal(["a", "b"], policy["Statement"]!.AsArray().Select(statement => (string)statement!["Sid"]!));
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Equal($"Layer version {LambdaFixture.LayerArn}shared:1 does not exist.", await lambda.NotFound("GetLayerVersionPolicy", "shared/1"));
        await lambda.PublishLayer();
        Assert.Equal("No policy is associated with the given resource.", await lambda.NotFound("GetLayerVersionPolicy", "shared/1"));
    }
}
