using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class ListLayersTests
{
    [Fact]
    public async Task Layers_are_listed_by_name_with_their_latest_version()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer("b");
        await lambda.PublishLayer("b", new() { ["Description"] = "newer" });
        await lambda.PublishLayer("a");
        var layers = (await lambda.Call("ListLayers"))["Layers"]!.AsArray();
        Assert.Equal(["a", "b"], layers.Select(layer => (string)layer!["LayerName"]!));
        Assert.Equal(LambdaFixture.LayerArn + "b", (string?)layers[1]!["LayerArn"]);
        var latest = layers[1]!["LatestMatchingVersion"]!;
        Assert.Equal((2, "newer", LambdaFixture.LayerArn + "b:2"), ((long)latest["Version"]!, (string?)latest["Description"], (string?)latest["LayerVersionArn"]));
    }

    [Fact]
    public async Task The_latest_that_fits_is_shown_and_layers_without_one_are_not()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer("mixed", Fits("nodejs20.x", "x86_64"));
        await lambda.PublishLayer("mixed", Fits("nodejs20.x", "arm64"));
        await lambda.PublishLayer("mixed", Fits("python3.12", "x86_64"));
        await lambda.PublishLayer("silent");
        Assert.Equal([3], await Latest(""));
        Assert.Equal([2], await Latest("CompatibleRuntime=nodejs20.x"));
        Assert.Equal([1], await Latest("CompatibleRuntime=nodejs20.x&CompatibleArchitecture=x86_64"));
        Assert.Equal([3], await Latest("CompatibleArchitecture=x86_64"));
        Assert.Equal([], await Latest("CompatibleRuntime=nodejs22.x"));

        async Task<IEnumerable<long>> Latest(string query) => (await lambda.Call("ListLayers", query: query))["Layers"]!.AsArray()
            .Where(layer => (string)layer!["LayerName"]! != "silent" || query.Length > 0)
            .Select(layer => (long)layer!["LatestMatchingVersion"]!["Version"]!);
    }

    [Fact]
    public async Task Pages_together_are_the_whole_list()
    {
        await using var lambda = await LambdaFixture.Open();
        foreach (var name in new[] { "e", "d", "c", "b", "a" })
            await lambda.PublishLayer(name);
        var names = new List<string>();
        string? marker = null;
        do
        {
            var page = await lambda.Call("ListLayers", query: $"MaxItems=2{(marker is null ? "" : $"&Marker={marker}")}");
            names.AddRange(page["Layers"]!.AsArray().Select(layer => (string)layer!["LayerName"]!));
            marker = (string?)page["NextMarker"];
        }
        while (marker is not null && names.Count < 10);
        Assert.Equal(["a", "b", "c", "d", "e"], names);
    }

    [Fact]
    public async Task Another_account_has_its_own()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer();
        Assert.Empty((await lambda.Call("ListLayers", account: "999900001111"))["Layers"]!.AsArray());
    }

    [Theory]
    [InlineData("CompatibleRuntime=cobol1", "compatibleRuntime")]
    [InlineData("CompatibleArchitecture=sparc", "compatibleArchitecture")]
    [InlineData("MaxItems=51", "maxItems")]
    public async Task Constraints_of_the_model_hold(string query, string member)
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Contains($"'{member}'", await lambda.Breaks("ListLayers", query: query), StringComparison.Ordinal);
    }

    static JsonObject Fits(string runtime, string architecture) => new()
    {
        ["CompatibleRuntimes"] = new JsonArray(runtime, "provided"),
        ["CompatibleArchitectures"] = new JsonArray(architecture),
    };
}
