namespace Aloft.Tests.Lambda;

public sealed class GetFunctionRecursionConfigTests
{
    [Fact]
    public async Task Loops_are_stopped_unless_the_user_says_otherwise()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal("{\"RecursiveLoop\":\"Terminate\"}", (await lambda.Call("GetFunctionRecursionConfig", "hello")).ToJsonString());
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.NotFound("GetFunctionRecursionConfig", "none");
    }
}
