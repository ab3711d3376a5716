namespace Aloft.Tests.Lambda;

public sealed class DeleteAliasTests
{
    [Fact]
    public async Task An_alias_goes_with_its_url_and_its_policy_and_leaves_the_version()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new() { ["Publish"] = true });
        await lambda.Call("CreateAlias", "hello", new() { ["Name"] = "live", ["FunctionVersion"] = "1" });
        await lambda.Call("CreateFunctionUrlConfig", "hello", new() { ["AuthType"] = "NONE" }, "Qualifier=live");
        await lambda.Call("AddPermission", "hello:live", new() { ["StatementId"] = "s", ["Action"] = "lambda:InvokeFunction", ["Principal"] = "*" });

        Assert.Equal(204, (await lambda.Respond("DeleteAlias", "hello/live")).HttpStatus);
        await lambda.NotFound("GetAlias", "hello/live");
        await lambda.NotFound("GetFunction", "hello:live");
        await lambda.NotFound("GetFunctionUrlConfig", "hello", query: "Qualifier=live");
        await lambda.NotFound("GetPolicy", "hello:live");
        await lambda.Call("GetFunction", "hello:1");
    }

    [Fact]
    public async Task Deleting_what_is_not_there_does_nothing()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal(204, (await lambda.Respond("DeleteAlias", "hello/live")).HttpStatus);
        await lambda.NotFound("DeleteAlias", "none/live");
    }
}
