using static Aloft.Tests.Lambda.AddLayerVersionPermissionTests;

namespace Aloft.Tests.Lambda;

public sealed class RemoveLayerVersionPermissionTests
{
    [Fact]
    public async Task Who_was_allowed_is_not_any_more()
    {
        const string stranger = "999900001111";
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer();
        await lambda.Call("AddLayerVersionPermission", "shared/1", Statement("all"));
        await lambda.Call("AddLayerVersionPermission", "shared/1", Statement("other", "999900002222"));
        await lambda.Call("GetLayerVersion", LambdaFixture.LayerArn + "shared/1", account: stranger);

        Assert.Equal(204, (await lambda.Respond("RemoveLayerVersionPermission", "shared/1/all")).HttpStatus);
        var error = await Assert.ThrowsAsync<Aloft.Wire.ApiError>(
            () => lambda.Call("GetLayerVersion", LambdaFixture.LayerArn + "shared/1", account: stranger));
        Assert.Equal("AccessDeniedException", error.Code);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.NotFound("RemoveLayerVersionPermission", "shared/1/friends");
        await lambda.PublishLayer();
        Assert.Equal("No policy is associated with the given resource.", await lambda.NotFound("RemoveLayerVersionPermission", "shared/1/friends"));
        await lambda.Call("AddLayerVersionPermission", "shared/1", Statement());
        Assert.Equal("Statement foes is not found in resource policy.", await lambda.NotFound("RemoveLayerVersionPermission", "shared/1/foes"));
    }

    [Fact]
    public async Task Only_the_current_revision_is_changed()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer();
        var revision = (string)(await lambda.Call("AddLayerVersionPermission", "shared/1", Statement()))["RevisionId"]!;
        await lambda.Fails("PreconditionFailedException", 412, "RemoveLayerVersionPermission", "shared/1/friends", query: "RevisionId=older");
        await lambda.Call("RemoveLayerVersionPermission", "shared/1/friends", query: $"RevisionId={revision}");
        await lambda.NotFound("GetLayerVersionPolicy", "shared/1");
    }
}
