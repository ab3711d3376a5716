namespace Aloft.Tests.Lambda;

public sealed class GetAliasTests
{
    [Fact]
    public async Task An_alias_of_one_version_has_no_routing()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Call("CreateAlias", "hello", new() { ["Name"] = "live", ["FunctionVersion"] = "$LATEST" });
        var alias = await lambda.Call("GetAlias", "hello/live");
        Assert.Equal(["AliasArn", "Name", "FunctionVersion", "Description", "RevisionId"], alias.Select(member => member.Key));
        Assert.Equal("", (string?)alias["Description"]);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal($"Cannot find alias arn: {LambdaFixture.Arn}hello:live", await lambda.NotFound("GetAlias", "hello/live"));
        await lambda.NotFound("GetAlias", "none/live");
        await lambda.Breaks("GetAlias", "hello/1");
    }
}
