using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class RemovePermissionTests
{
    [Fact]
    public async Task A_statement_goes_and_the_others_stay()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Call("AddPermission", "hello", Statement("a"));
        await lambda.Call("AddPermission", "hello", Statement("b"));
        Assert.Equal(204, (await lambda.Respond("RemovePermission", "hello/a")).HttpStatus);
        var policy = JsonNode.Parse((string)(await lambda.Call("GetPolicy", "hello"))["Policy"]!)!;
        Assert.Equal(["b"], policy["Statement"]!.AsArray().Select(statement => (string?)statement!["Sid"]));
    }

    [Fact]
    public async Task With_its_last_statement_the_policy_goes()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Call("AddPermission", "hello", Statement("a"));
        await lambda.Call("RemovePermission", "hello/a");
        await lambda.NotFound("GetPolicy", "hello");
        Assert.Equal("No policy is associated with the given resource.", await lambda.NotFound("RemovePermission", "hello/a"));
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.NotFound("RemovePermission", "none/a");
        await lambda.Create();
        await lambda.Call("AddPermission", "hello", Statement("a"));
        Assert.Equal("Statement b is not found in resource policy.", await lambda.NotFound("RemovePermission", "hello/b"));
        Assert.Equal($"Function not found: {LambdaFixture.Arn}hello:1", await lambda.NotFound("RemovePermission", "hello/a", query: "Qualifier=1"));
        Assert.Equal(
            $"Cannot find alias arn: {LambdaFixture.Arn}hello:live", await lambda.NotFound("RemovePermission", "hello/a", query: "Qualifier=live"));
    }

    [Fact]
    public async Task The_revision_must_be_the_policys_when_it_is_given()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Call("AddPermission", "hello", Statement("a"));
        await lambda.Fails("PreconditionFailedException", 412, "RemovePermission", "hello/a", query: "RevisionId=other");
        await lambda.Call("RemovePermission", "hello/a", query: $"RevisionId={(await lambda.Call("GetPolicy", "hello"))["RevisionId"]}");
    }

    static JsonObject Statement(string id) =>
        new() { ["StatementId"] = id, ["Action"] = "lambda:InvokeFunction", ["Principal"] = "s3.amazonaws.com" };
}
