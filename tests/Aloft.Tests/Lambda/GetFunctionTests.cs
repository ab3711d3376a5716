using System.Text.Json.Nodes;
using Aloft.Wire;

namespace Aloft.Tests.Lambda;

public sealed class GetFunctionTests
{
    [Fact]
    public async Task A_function_is_shown_active_with_a_link_to_its_code()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var function = await lambda.Call("GetFunction", "hello");
        Assert.Equal(("Active", "Successful"), ((string?)function["Configuration"]!["State"], (string?)function["Configuration"]!["LastUpdateStatus"]));
        Assert.False(function["Configuration"]!.AsObject().ContainsKey("StateReason"));
        Assert.Equal("S3", (string?)function["Code"]!["RepositoryType"]);
        Assert.StartsWith("http://localhost:4566/_aloft/code/", (string?)function["Code"]!["Location"], StringComparison.Ordinal);
        Assert.False(function.ContainsKey("Tags"));
        Assert.False(function.ContainsKey("Concurrency"));
    }

    [Fact]
    public async Task Its_reserved_concurrency_is_shown()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Call("PutFunctionConcurrency", "hello", new() { ["ReservedConcurrentExecutions"] = 0 });
        Assert.Equal(0, (int)(await lambda.Call("GetFunction", "hello"))["Concurrency"]!["ReservedConcurrentExecutions"]!);
        Assert.False((await lambda.Call("GetFunction", "hello:$LATEST")).ContainsKey("Concurrency")); // it is the function's, not a version's
    }

    [Theory]
    [InlineData("hello", "", "hello")]
    [InlineData("hello", "Qualifier=$LATEST", "hello:$LATEST")]
    [InlineData("hello:$LATEST", "", "hello:$LATEST")]
    [InlineData("111122223333:function:hello", "", "hello")]
    [InlineData(LambdaFixture.Arn + "hello", "", "hello")]
    [InlineData(LambdaFixture.Arn + "hello:$LATEST", "Qualifier=$LATEST", "hello:$LATEST")]
    public async Task It_is_found_by_every_form_of_its_name(string name, string query, string shown)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal(LambdaFixture.Arn + shown, (string?)(await lambda.Call("GetFunction", name, query: query))["Configuration"]!["FunctionArn"]);
    }

    [Fact]
    public async Task A_version_and_an_alias_are_shown_under_their_own_name()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        await lambda.Call("CreateAlias", "hello", new()
        {
            ["Name"] = "live", ["FunctionVersion"] = "1", ["RoutingConfig"] = new JsonObject { ["AdditionalVersionWeights"] = new JsonObject { ["2"] = 1 } },
        });
        foreach (var operation in new[] { "GetFunction", "GetFunctionConfiguration" })
        {
            var first = Configuration(await lambda.Call(operation, "hello:1"));
            var live = Configuration(await lambda.Call(operation, "hello", query: "Qualifier=live"));
            Assert.Equal((LambdaFixture.Arn + "hello:1", "1"), ((string?)first["FunctionArn"], (string?)first["Version"]));
            Assert.Equal((LambdaFixture.Arn + "hello:live", "1"), ((string?)live["FunctionArn"], (string?)live["Version"]));
            Assert.NotEqual((string?)first["CodeSha256"], (string?)Configuration(await lambda.Call(operation, "hello:2"))["CodeSha256"]);
        }
        Assert.NotEqual(await CodePath(lambda, "hello:1"), await CodePath(lambda, "hello:2"));
        Assert.Equal(await CodePath(lambda, "hello:1"), await CodePath(lambda, "hello:live"));
    }

    static JsonNode Configuration(JsonObject answer) => answer["Configuration"] ?? answer;

    static async Task<string> CodePath(LambdaFixture lambda, string name) =>
        new Uri((string)(await lambda.Call("GetFunction", name))["Code"]!["Location"]!).AbsolutePath;

    [Theory]
    [InlineData("none", "", "none")]
    [InlineData("hello", "Qualifier=7", "hello:7")]
    [InlineData("hello:live", "", "hello:live")]
    public async Task What_is_not_there_is_not_found(string name, string query, string shown)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal($"Function not found: {LambdaFixture.Arn}{shown}", await lambda.NotFound("GetFunction", name, query: query));
    }

    [Fact]
    public async Task A_function_of_another_account_is_not_seen()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await Assert.ThrowsAsync<ApiError>(() => lambda.Call("GetFunction", "hello", account: "999988887777"));
    }
}
