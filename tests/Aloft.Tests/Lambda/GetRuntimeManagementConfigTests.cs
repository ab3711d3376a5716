namespace Aloft.Tests.Lambda;

public sealed class GetRuntimeManagementConfigTests
{
    [Fact]
    public async Task It_says_what_holds_for_every_function()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal("{\"UpdateRuntimeOn\":\"Auto\",\"FunctionArn\":\"arn:aws:lambda:eu-central-1:111122223333:function:hello:$LATEST\"}", (await lambda.Call("GetRuntimeManagementConfig", "hello")).ToJsonString());
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.NotFound("GetRuntimeManagementConfig", "none");
    }
}
