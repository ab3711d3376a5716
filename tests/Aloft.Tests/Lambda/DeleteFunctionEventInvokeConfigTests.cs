namespace Aloft.Tests.Lambda;

public sealed class DeleteFunctionEventInvokeConfigTests
{
    [Fact]
    public async Task It_is_gone_and_the_function_stays()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Call("PutFunctionEventInvokeConfig", "hello", new() { ["MaximumRetryAttempts"] = 1 });
        Assert.Equal(204, (await lambda.Respond("DeleteFunctionEventInvokeConfig", "hello")).HttpStatus);
        await lambda.NotFound("GetFunctionEventInvokeConfig", "hello");
        await lambda.Call("GetFunction", "hello");
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.NotFound("DeleteFunctionEventInvokeConfig", "none");
        await lambda.Create();
        await lambda.NotFound("DeleteFunctionEventInvokeConfig", "hello:BLUE");
    }
}
