namespace Aloft.Tests.Lambda;

public sealed class PutFunctionRecursionConfigTests
{
    [Fact]
    public async Task It_holds_until_it_is_changed()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        foreach (var loop in new[] { "Allow", "Terminate" })
        {
            var expected = $$"""{"RecursiveLoop":"{{loop}}"}""";
            Assert.Equal(expected, (await lambda.Call("PutFunctionRecursionConfig", "hello", new() { ["RecursiveLoop"] = loop })).ToJsonString());
            Assert.Equal(expected, (await lambda.Call("GetFunctionRecursionConfig", "hello")).ToJsonString());
        }
    }

    [Fact]
    public async Task It_is_one_of_two_and_of_the_function_as_a_whole()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Breaks("PutFunctionRecursionConfig", "hello", []);
        await lambda.Breaks("PutFunctionRecursionConfig", "hello", new() { ["RecursiveLoop"] = "Perhaps" });
        await lambda.Invalid("PutFunctionRecursionConfig", "hello:1", new() { ["RecursiveLoop"] = "Allow" });
        await lambda.NotFound("PutFunctionRecursionConfig", "none", new() { ["RecursiveLoop"] = "Allow" });
    }
}
