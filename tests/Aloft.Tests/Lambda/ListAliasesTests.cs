using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class ListAliasesTests
{
    [Fact]
    public async Task Pages_go_through_all_aliases_in_the_order_of_their_names()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        foreach (var name in new[] { "beta", "Alpha", "gamma", "delta", "a_1" })
            await lambda.Call("CreateAlias", "hello", new() { ["Name"] = name, ["FunctionVersion"] = "1" });

        var names = new List<string>();
        for (string? marker = ""; marker is not null;)
        {
            var page = await lambda.Call("ListAliases", "hello", query: $"MaxItems=2&Marker={marker}");
            names.AddRange(Names(page));
            marker = (string?)page["NextMarker"];
        }
        Assert.Equal(["Alpha", "a_1", "beta", "delta", "gamma"], names);
    }

    [Fact]
    public async Task A_version_has_the_aliases_that_point_to_it()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        foreach (var (name, version) in new[] { ("one", "1"), ("two", "2"), ("latest", "$LATEST") })
            await lambda.Call("CreateAlias", "hello", new() { ["Name"] = name, ["FunctionVersion"] = version });
        Assert.Equal(["two"], Names(await lambda.Call("ListAliases", "hello", query: "FunctionVersion=2")));
        Assert.Equal(["latest"], Names(await lambda.Call("ListAliases", "hello", query: "FunctionVersion=$LATEST")));
        Assert.Equal([], Names(await lambda.Call("ListAliases", "hello", query: "FunctionVersion=3")));
        await lambda.Breaks("ListAliases", "hello", query: "FunctionVersion=two");
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.NotFound("ListAliases", "none");
    }

    static IEnumerable<string> Names(JsonObject page) => page["Aliases"]!.AsArray().Select(alias => (string)alias!["Name"]!);
}
