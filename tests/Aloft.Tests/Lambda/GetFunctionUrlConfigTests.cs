namespace Aloft.Tests.Lambda;

public sealed class GetFunctionUrlConfigTests
{
    [Fact]
    public async Task It_is_shown_as_it_was_created()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var created = await lambda.Call("CreateFunctionUrlConfig", "hello", new() { ["AuthType"] = "NONE" });
        var shown = await lambda.Call("GetFunctionUrlConfig", "hello");
        Assert.Equal((string?)created["FunctionUrl"], (string?)shown["FunctionUrl"]);
        Assert.Equal((string?)shown["CreationTime"], (string?)shown["LastModifiedTime"]);
    }

    [Fact]
    public async Task None_is_not_found()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal("The resource you requested does not exist.", await lambda.NotFound("GetFunctionUrlConfig", "hello"));
        await lambda.NotFound("GetFunctionUrlConfig", "none");
        await lambda.NotFound("GetFunctionUrlConfig", "hello", query: "Qualifier=live");
    }
}
