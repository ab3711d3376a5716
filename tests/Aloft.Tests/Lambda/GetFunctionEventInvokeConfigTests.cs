namespace Aloft.Tests.Lambda;

public sealed class GetFunctionEventInvokeConfigTests
{
    [Fact]
    public async Task It_shows_what_was_put()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Call("PutFunctionEventInvokeConfig", "hello", new() { ["MaximumRetryAttempts"] = 1 });
        var config = await lambda.Call("GetFunctionEventInvokeConfig", LambdaFixture.Arn + "hello", query: "Qualifier=$LATEST");
        Assert.Equal(1, (int)config["MaximumRetryAttempts"]!);
        Assert.Equal("""{"OnSuccess":{},"OnFailure":{}}""", config["DestinationConfig"]!.ToJsonString());
    }

    [Fact]
    public async Task A_function_without_one_has_none()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.NotFound("GetFunctionEventInvokeConfig", "none");
        await lambda.Create();
        Assert.Equal(
            $"The function {LambdaFixture.Arn}hello:$LATEST doesn't have an EventInvokeConfig",
            await lambda.NotFound("GetFunctionEventInvokeConfig", "hello"));
        await lambda.NotFound("GetFunctionEventInvokeConfig", "hello", query: "Qualifier=BLUE");
    }
}
