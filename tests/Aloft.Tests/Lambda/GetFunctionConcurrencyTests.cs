namespace Aloft.Tests.Lambda;

public sealed class GetFunctionConcurrencyTests
{
    [Fact]
    public async Task It_is_empty_until_something_is_reserved()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal("{}", (await lambda.Call("GetFunctionConcurrency", "hello")).ToJsonString());
        await lambda.Call("PutFunctionConcurrency", "hello", new() { ["ReservedConcurrentExecutions"] = 7 });
        Assert.Equal("""{"ReservedConcurrentExecutions":7}""", (await lambda.Call("GetFunctionConcurrency", "hello")).ToJsonString());
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.NotFound("GetFunctionConcurrency", "none");
        await lambda.Invalid("GetFunctionConcurrency", "none:live");
    }
}
