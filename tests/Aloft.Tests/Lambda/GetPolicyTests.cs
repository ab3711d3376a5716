using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class GetPolicyTests
{
    [Fact]
    public async Task A_policy_is_a_document_of_its_statements_in_their_order()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var first = (string?)(await lambda.Call("AddPermission", "hello", Statement("b")))["Statement"];
        var second = (string?)(await lambda.Call("AddPermission", "hello", Statement("a")))["Statement"];
        var policy = await lambda.Call("GetPolicy", LambdaFixture.Arn + "hello");
        Assert.Equal($$"""{"Version":"2012-10-17","Id":"default","Statement":[{{first}},{{second}}]}""", (string?)policy["Policy"]);
        Assert.True(Guid.TryParse((string?)policy["RevisionId"], out _));
    }

    [Fact]
    public async Task A_function_its_versions_and_its_aliases_have_policies_of_their_own()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new() { ["Publish"] = true });
        await lambda.Call("CreateAlias", "hello", new() { ["Name"] = "live", ["FunctionVersion"] = "1" });
        await lambda.Call("AddPermission", "hello", Statement("a"), "Qualifier=live");
        await lambda.NotFound("GetPolicy", "hello");
        await lambda.NotFound("GetPolicy", "hello", query: "Qualifier=1");
        await lambda.Call("GetPolicy", "hello:live");
    }

    [Fact]
    public async Task Where_there_is_none_there_is_no_such_resource()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal("The resource you requested does not exist.", await lambda.NotFound("GetPolicy", "hello"));
        Assert.Equal($"Function not found: {LambdaFixture.Arn}none", await lambda.NotFound("GetPolicy", "none"));
        Assert.Equal($"Cannot find alias arn: {LambdaFixture.Arn}hello:live", await lambda.NotFound("GetPolicy", "hello:live"));
    }

    static JsonObject Statement(string id) =>
        new() { ["StatementId"] = id, ["Action"] = "lambda:InvokeFunction", ["Principal"] = "s3.amazonaws.com" };
}
