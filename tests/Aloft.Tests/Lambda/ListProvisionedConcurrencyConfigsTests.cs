namespace Aloft.Tests.Lambda;

public sealed class ListProvisionedConcurrencyConfigsTests
{
    [Fact]
    public async Task Those_of_one_function_are_listed_page_by_page()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        await lambda.Create("other", new() { ["Publish"] = true });
        Assert.Equal("""{"ProvisionedConcurrencyConfigs":[]}""", (await lambda.Call("ListProvisionedConcurrencyConfigs", "hello", query: "List=ALL")).ToJsonString());
        await lambda.Call("CreateAlias", "hello", new() { ["Name"] = "live", ["FunctionVersion"] = "2" });
        foreach (var name in new[] { "hello:live", "hello:1", "other:1" })
            await lambda.Call("PutProvisionedConcurrencyConfig", name, new() { ["ProvisionedConcurrentExecutions"] = 2 });

        var first = await lambda.Call("ListProvisionedConcurrencyConfigs", "hello", query: "List=ALL&MaxItems=1");
        var second = await lambda.Call("ListProvisionedConcurrencyConfigs", "hello", query: $"List=ALL&MaxItems=1&Marker={first["NextMarker"]}");
        Assert.Equal(
            [LambdaFixture.Arn + "hello:1", LambdaFixture.Arn + "hello:live"],
            first["ProvisionedConcurrencyConfigs"]!.AsArray().Concat(second["ProvisionedConcurrencyConfigs"]!.AsArray())
                .Select(config => (string)config!["FunctionArn"]!));
        Assert.False(second.ContainsKey("NextMarker"));
        Assert.Equal("IN_PROGRESS", (string?)second["ProvisionedConcurrencyConfigs"]![0]!["Status"]);
    }

    [Fact]
    public async Task The_models_constraints_hold()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.NotFound("ListProvisionedConcurrencyConfigs", "none");
        await lambda.Breaks("ListProvisionedConcurrencyConfigs", "hello", query: "MaxItems=51");
        await lambda.Invalid("ListProvisionedConcurrencyConfigs", "hello", query: "Marker=x!");
    }
}
