using Aloft.Platform.Functions.Registry;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Lambda;

public sealed class ListFunctionUrlConfigsTests
{
    [Fact]
    public async Task The_urls_of_one_function_are_listed()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal("""{"FunctionUrlConfigs":[]}""", (await lambda.Call("ListFunctionUrlConfigs", "hello")).ToJsonString());
        var created = await lambda.Call("CreateFunctionUrlConfig", "hello", new() { ["AuthType"] = "NONE" });
        var listed = await lambda.Call("ListFunctionUrlConfigs", "hello", query: "MaxItems=50");
        Assert.Equal((string?)created["FunctionUrl"], (string?)Assert.Single(listed["FunctionUrlConfigs"]!.AsArray())!["FunctionUrl"]);
        Assert.Equal("Function does not exist", await lambda.NotFound("ListFunctionUrlConfigs", "none"));
        await lambda.Breaks("ListFunctionUrlConfigs", "hello", query: "MaxItems=51");
    }

    [Fact]
    public async Task A_page_that_ends_with_a_url_deleted_since_loses_nothing_behind_it()
    {
        await using var lambda = await LambdaFixture.Open();
        await CreateTwo(lambda);
        var first = await lambda.Call("ListFunctionUrlConfigs", "hello", query: "MaxItems=1");
        await lambda.Call("DeleteFunctionUrlConfig", "hello");
        var second = await lambda.Call("ListFunctionUrlConfigs", "hello", query: $"Marker={first["NextMarker"]}");
        Assert.Equal(LambdaFixture.Arn + "hello:live", (string?)Assert.Single(second["FunctionUrlConfigs"]!.AsArray())!["FunctionArn"]);
    }

    [Fact]
    public async Task They_are_paged()
    {
        await using var lambda = await LambdaFixture.Open();
        await CreateTwo(lambda);
        var first = await lambda.Call("ListFunctionUrlConfigs", "hello", query: "MaxItems=1");
        var second = await lambda.Call("ListFunctionUrlConfigs", "hello", query: $"MaxItems=1&Marker={first["NextMarker"]}");
        Assert.Equal(LambdaFixture.Arn + "hello", (string?)first["FunctionUrlConfigs"]![0]!["FunctionArn"]);
        Assert.Equal(LambdaFixture.Arn + "hello:live", (string?)second["FunctionUrlConfigs"]![0]!["FunctionArn"]);
        Assert.False(second.ContainsKey("NextMarker"));
    }

    static async Task CreateTwo(LambdaFixture lambda)
    {
        await lambda.Create();
        var key = new FunctionKey(LambdaFixture.Account, LambdaFixture.Region, "hello");
        await lambda.Registry.Urls.Create(key, null, UrlSettings.Default, Forever);
        await lambda.Call("CreateAlias", "hello", new() { ["Name"] = "live", ["FunctionVersion"] = "$LATEST" });
        await lambda.Registry.Urls.Create(key, "live", UrlSettings.Default, Forever);
    }
}
