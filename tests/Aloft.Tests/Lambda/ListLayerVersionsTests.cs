using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class ListLayerVersionsTests
{
    [Fact]
    public async Task The_newest_comes_first_and_the_deleted_not_at_all()
    {
        await using var lambda = await LambdaFixture.Open();
        for (var i = 0; i < 4; i++)
            await lambda.PublishLayer();
        await lambda.PublishLayer("another");
        await lambda.Call("DeleteLayerVersion", "shared/3");
        Assert.Equal([4, 2, 1], Numbers(await lambda.Call("ListLayerVersions", "shared")));
        Assert.Equal([4, 2, 1], Numbers(await lambda.Call("ListLayerVersions", LambdaFixture.LayerArn + "shared")));
    }

    [Fact]
    public async Task A_layer_without_versions_has_none()
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Empty(Numbers(await lambda.Call("ListLayerVersions", "nothing")));
    }

    [Fact]
    public async Task They_are_selected_by_what_they_fit()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer(also: new() { ["CompatibleRuntimes"] = new JsonArray("nodejs20.x"), ["CompatibleArchitectures"] = new JsonArray("arm64") });
        await lambda.PublishLayer(also: new() { ["CompatibleRuntimes"] = new JsonArray("nodejs20.x") });
        await lambda.PublishLayer();
        Assert.Equal([2, 1], Numbers(await lambda.Call("ListLayerVersions", "shared", query: "CompatibleRuntime=nodejs20.x")));
        Assert.Equal([1], Numbers(await lambda.Call("ListLayerVersions", "shared", query: "CompatibleArchitecture=arm64")));
    }

    [Fact]
    public async Task Pages_together_are_the_whole_list()
    {
        await using var lambda = await LambdaFixture.Open();
        for (var i = 0; i < 12; i++)
            await lambda.PublishLayer();
        var numbers = new List<long>();
        string? marker = null;
        do
        {
            var page = await lambda.Call("ListLayerVersions", "shared", query: $"MaxItems=5{(marker is null ? "" : $"&Marker={marker}")}");
            numbers.AddRange(Numbers(page));
            marker = (string?)page["NextMarker"];
        }
        while (marker is not null && numbers.Count < 20);
        Assert.Equal(Enumerable.Range(1, 12).Reverse().Select(number => (long)number), numbers);
    }

    [Fact]
    public async Task Another_account_s_are_not_listed()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Fails(
            "AccessDeniedException", 403, "ListLayerVersions", $"arn:aws:lambda:{LambdaFixture.Region}:999900001111:layer:theirs");
    }

    static IEnumerable<long> Numbers(JsonObject answer) => answer["LayerVersions"]!.AsArray().Select(version => (long)version!["Version"]!);
}
