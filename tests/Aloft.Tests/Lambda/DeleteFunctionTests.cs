using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class DeleteFunctionTests
{
    [Fact]
    public async Task A_deleted_function_is_gone_and_its_name_is_free()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal(204, (await lambda.Respond("DeleteFunction", "hello")).HttpStatus);
        await lambda.NotFound("GetFunction", "hello");
        await lambda.NotFound("DeleteFunction", "hello");
        await lambda.Create();
    }

    [Fact]
    public async Task A_qualifier_does_not_delete_the_function()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal("$LATEST version cannot be deleted without deleting the function.", await lambda.Invalid("DeleteFunction", "hello", query: "Qualifier=$LATEST"));
        Assert.Equal("Deletion of aliases is not currently supported.", await lambda.Invalid("DeleteFunction", "hello:live"));
        await lambda.Call("GetFunction", "hello");
    }

    [Fact]
    public async Task A_version_is_deleted_alone_and_its_number_is_not_given_again()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        Assert.Equal(204, (await lambda.Respond("DeleteFunction", "hello", query: "Qualifier=2")).HttpStatus);
        await lambda.NotFound("GetFunction", "hello:2");
        await lambda.Call("GetFunction", "hello:1");
        Assert.Equal("3", await lambda.Publish("exports.handler = async () => 3"));
    }

    [Fact]
    public async Task Deleting_a_version_that_is_not_there_does_nothing()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal(204, (await lambda.Respond("DeleteFunction", "hello", query: "Qualifier=7")).HttpStatus);
        await lambda.Call("GetFunction", "hello");
        await lambda.NotFound("DeleteFunction", "none", query: "Qualifier=7");
    }

    [Fact]
    public async Task A_version_is_not_deleted_while_an_alias_sends_it_invocations()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        await lambda.Call("CreateAlias", "hello", new()
        {
            ["Name"] = "live", ["FunctionVersion"] = "1", ["RoutingConfig"] = new JsonObject { ["AdditionalVersionWeights"] = new JsonObject { ["2"] = 0.1 } },
        });
        foreach (var version in new[] { "1", "2" })
            Assert.Equal(
                "Unable to delete version because the following aliases reference it: [live]",
                await lambda.Fails("ResourceConflictException", 409, "DeleteFunction", "hello", query: $"Qualifier={version}"));
        await lambda.Call("DeleteAlias", "hello/live");
        await lambda.Call("DeleteFunction", "hello", query: "Qualifier=1");
    }

    [Fact]
    public async Task What_belonged_to_a_deleted_function_does_not_come_back_with_its_name()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        await lambda.Call("CreateAlias", "hello", new() { ["Name"] = "live", ["FunctionVersion"] = "1" });
        await lambda.Call("AddPermission", "hello:live", new() { ["StatementId"] = "s", ["Action"] = "lambda:InvokeFunction", ["Principal"] = "*" });
        await lambda.Call("DeleteFunction", "hello");
        await lambda.Create();
        Assert.Equal("1", (string?)(await lambda.Call("PublishVersion", "hello"))["Version"]);
        await lambda.NotFound("GetAlias", "hello/live");
        await lambda.Call("CreateAlias", "hello", new() { ["Name"] = "live", ["FunctionVersion"] = "1" });
        await lambda.NotFound("GetPolicy", "hello:live");
    }
}
