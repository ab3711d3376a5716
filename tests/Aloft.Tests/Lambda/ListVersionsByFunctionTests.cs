namespace Aloft.Tests.Lambda;

public sealed class ListVersionsByFunctionTests
{
    [Fact]
    public async Task There_is_the_latest_and_nothing_else()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var listed = await lambda.Call("ListVersionsByFunction", "hello", query: "MaxItems=10000");
        var only = Assert.Single(listed["Versions"]!.AsArray())!;
        Assert.Equal((LambdaFixture.Arn + "hello:$LATEST", "$LATEST"), ((string?)only["FunctionArn"], (string?)only["Version"]));
        Assert.False(listed.ContainsKey("NextMarker"));
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.NotFound("ListVersionsByFunction", "none");
        await lambda.Breaks("ListVersionsByFunction", "none", query: "MaxItems=0");
    }
}
