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
