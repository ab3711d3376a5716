using System.Text.Json.Nodes;
using Aloft.Tests.Functions.Registry;
using FsCheck;
using FsCheck.Fluent;

namespace Aloft.Tests.Lambda;

public sealed class ListFunctionsTests
{
    [Fact]
    public async Task Functions_are_listed_by_name_without_states()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create("b");
        await lambda.Create("a");
        var listed = await lambda.Call("ListFunctions");
        Assert.Equal(["a", "b"], Names(listed));
        Assert.False(listed.ContainsKey("NextMarker"));
        var first = listed["Functions"]![0]!.AsObject();
        Assert.Equal(LambdaFixture.Arn + "a", (string?)first["FunctionArn"]);
        Assert.False(first.ContainsKey("State") || first.ContainsKey("LastUpdateStatus") || first.ContainsKey("RuntimeVersionConfig"));
    }

    [Fact]
    public async Task All_versions_are_shown_with_their_qualifier()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal(LambdaFixture.Arn + "hello:$LATEST", (string?)(await lambda.Call("ListFunctions", query: "FunctionVersion=ALL"))["Functions"]![0]!["FunctionArn"]);
    }

    [Fact]
    public async Task All_versions_are_paged_across_functions()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions("b");
        await lambda.CreateTwoVersions("a");
        await lambda.Create("c");
        var seen = new List<string>();
        for (string? marker = ""; marker is not null;)
        {
            var page = await lambda.Call("ListFunctions", query: $"FunctionVersion=ALL&MaxItems=2&Marker={marker}");
            seen.AddRange(page["Functions"]!.AsArray().Select(function => ((string)function!["FunctionArn"]!)[LambdaFixture.Arn.Length..]));
            marker = (string?)page["NextMarker"];
        }
        Assert.Equal(["a:$LATEST", "a:1", "a:2", "b:$LATEST", "b:1", "b:2", "c:$LATEST"], seen);
    }

    [Fact]
    public async Task Pages_of_any_size_together_are_the_whole_list()
    {
        await using var lambda = await LambdaFixture.Open();
        var names = Enumerable.Range(0, 120).Select(i => $"f-{i * 7919 % 1000}_{i}").Distinct().ToList();
        foreach (var name in names)
            await lambda.Parts.Leave(RegistryFixture.Sample(name));

        Prop.ForAll(Gen.Choose(1, 200).ToArbitrary(), size =>
        {
            var found = new List<string>();
            string? marker = null;
            do
            {
                var page = lambda.Call("ListFunctions", query: $"MaxItems={size}{(marker is null ? "" : $"&Marker={marker}")}").GetAwaiter().GetResult();
                Assert.InRange(Names(page).Count(), 1, Math.Min(size, 50));
                found.AddRange(Names(page));
                marker = (string?)page["NextMarker"];
            }
            while (marker is not null);
            return found.SequenceEqual(names.Order(StringComparer.Ordinal));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));
    }

    [Theory]
    [InlineData("MasterRegion=ALL&FunctionVersion=ALL", 1)]
    [InlineData("MasterRegion=eu-central-1", 1)]
    [InlineData("MasterRegion=us-east-1", 0)]
    public async Task A_master_region_selects_the_functions_that_are_its_own(string query, int count)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal(count, Names(await lambda.Call("ListFunctions", query: query)).Count());
    }

    [Theory]
    [InlineData("MaxItems=0")]
    [InlineData("MaxItems=10001")]
    [InlineData("FunctionVersion=1")]
    [InlineData("MasterRegion=here")]
    public async Task The_models_constraints_hold(string query)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Breaks("ListFunctions", query: query);
    }

    [Theory]
    [InlineData("Marker=%20%20")]
    [InlineData("Marker=a")]
    [InlineData("Marker=__79")]
    public async Task A_marker_that_was_not_given_is_refused(string query)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Invalid("ListFunctions", query: query);
    }

    static IEnumerable<string> Names(JsonObject page) => page["Functions"]!.AsArray().Select(function => (string)function!["FunctionName"]!);
}
