using System.Text.Json.Nodes;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Lambda;

public sealed class CreateFunctionUrlConfigTests
{
    [Fact]
    public async Task A_url_leads_to_its_function_by_the_host_of_the_request()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var response = await lambda.Respond("CreateFunctionUrlConfig", "hello", Plain());
        Assert.Equal(201, response.HttpStatus);
        var created = response.Body!;
        Assert.Matches("^http://localhost:4566/lambda-url/[a-z0-9]{32}/$", (string?)created["FunctionUrl"]);
        var id = ((string)created["FunctionUrl"]!)[^33..^1];
        created.Remove("FunctionUrl");
        Assert.Equal(
            $$"""{"FunctionArn":"{{LambdaFixture.Arn}}hello","AuthType":"NONE","CreationTime":"2026-01-02T03:04:05.678000Z","InvokeMode":"BUFFERED"}""",
            created.ToJsonString());
        Assert.Equal("hello", (await lambda.Registry.Urls.Find(id, Forever))!.Key.Name);
    }

    [Fact]
    public async Task Its_time_is_told_as_it_is_kept()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        lambda.Time.Advance(TimeSpan.FromMicroseconds(121));
        var created = await lambda.Call("CreateFunctionUrlConfig", "hello", Plain());
        Assert.Equal((string?)created["CreationTime"], (string?)(await lambda.Call("GetFunctionUrlConfig", "hello"))["CreationTime"]);
        var updated = await lambda.Call("UpdateFunctionUrlConfig", "hello", Plain());
        Assert.Equal((string?)updated["LastModifiedTime"], (string?)(await lambda.Call("GetFunctionUrlConfig", "hello"))["LastModifiedTime"]);
    }

    [Fact]
    public async Task A_function_has_one()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Call("CreateFunctionUrlConfig", "hello", Plain());
        Assert.Contains("FunctionUrlConfig exists for this Lambda function",
            await lambda.Fails("ResourceConflictException", 409, "CreateFunctionUrlConfig", "hello", Plain()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AuthType", "\"AWS_IAM\"")]
    [InlineData("InvokeMode", "\"RESPONSE_STREAM\"")]
    [InlineData("Cors", """{"AllowOrigins":["https://a.example"],"AllowMethods":["GET"],"AllowHeaders":["x-one"],"ExposeHeaders":["x-two"],"AllowCredentials":true,"MaxAge":60}""")]
    public async Task Its_settings_are_kept(string member, string value)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var input = Plain();
        input[member] = JsonNode.Parse(value);
        await lambda.Call("CreateFunctionUrlConfig", "hello", input);
        Assert.Equal(value, (await lambda.Call("GetFunctionUrlConfig", "hello"))[member]!.ToJsonString());
    }

    [Fact]
    public async Task The_models_constraints_hold()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Breaks("CreateFunctionUrlConfig", "hello", []);
        await lambda.Breaks("CreateFunctionUrlConfig", "hello", new() { ["AuthType"] = "OPEN" });
        await lambda.Breaks("CreateFunctionUrlConfig", "hello", new() { ["AuthType"] = "NONE", ["InvokeMode"] = "STREAM" });
        await lambda.Breaks("CreateFunctionUrlConfig", "hello", new() { ["AuthType"] = "NONE", ["Cors"] = new JsonObject { ["MaxAge"] = 86_401 } });
        await lambda.Breaks("CreateFunctionUrlConfig", "hello", new() { ["AuthType"] = "NONE", ["Cors"] = new JsonObject { ["AllowMethods"] = new JsonArray("PROPFIND") } });
        await lambda.Breaks("CreateFunctionUrlConfig", "hello", Plain(), "Qualifier=7");
        await lambda.Breaks("CreateFunctionUrlConfig", "hello", Plain(), "Qualifier=$LATEST");
        await lambda.NotFound("CreateFunctionUrlConfig", "hello", Plain(), "Qualifier=live");
        Assert.Equal("Function does not exist", await lambda.NotFound("CreateFunctionUrlConfig", "none", Plain()));
    }

    [Fact]
    public async Task An_alias_has_a_url_of_its_own_and_a_version_has_none()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new() { ["Publish"] = true });
        await lambda.Call("CreateAlias", "hello", new() { ["Name"] = "live", ["FunctionVersion"] = "1" });
        await lambda.Call("CreateFunctionUrlConfig", "hello", Plain());
        var created = await lambda.Call("CreateFunctionUrlConfig", "hello", Plain(), "Qualifier=live");
        Assert.Equal(LambdaFixture.Arn + "hello:live", (string?)created["FunctionArn"]);
        Assert.Equal((string?)created["FunctionUrl"], (string?)(await lambda.Call("GetFunctionUrlConfig", "hello:live"))["FunctionUrl"]);
        await lambda.NotFound("CreateFunctionUrlConfig", "hello:1", Plain());

        await lambda.Call("DeleteFunctionUrlConfig", "hello", query: "Qualifier=live");
        await lambda.NotFound("UpdateFunctionUrlConfig", "hello", [], "Qualifier=live");
        await lambda.Call("UpdateFunctionUrlConfig", "hello", []);
    }

    static JsonObject Plain() => new() { ["AuthType"] = "NONE", ["InvokeMode"] = "BUFFERED", ["Cors"] = new JsonObject { ["AllowOrigins"] = new JsonArray() } };
}
