namespace Aloft.Tests.Lambda;

public sealed class GetFunctionCodeSigningConfigTests
{
    [Fact]
    public async Task It_says_what_holds_for_every_function()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal("{\"FunctionName\":\"hello\"}", (await lambda.Call("GetFunctionCodeSigningConfig", "hello")).ToJsonString());
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.NotFound("GetFunctionCodeSigningConfig", "none");
    }
}
