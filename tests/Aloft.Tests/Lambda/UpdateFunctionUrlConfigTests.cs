using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class UpdateFunctionUrlConfigTests
{
    [Fact]
    public async Task The_url_stays_and_its_time_moves()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var created = await lambda.Call("CreateFunctionUrlConfig", "hello", new() { ["AuthType"] = "NONE" });
        lambda.Time.Advance(TimeSpan.FromMinutes(1));
        var updated = await lambda.Call("UpdateFunctionUrlConfig", "hello", new() { ["AuthType"] = "NONE", ["InvokeMode"] = "BUFFERED" });
        Assert.Equal((string?)created["FunctionUrl"], (string?)updated["FunctionUrl"]);
        Assert.Equal((string?)created["CreationTime"], (string?)updated["CreationTime"]);
        Assert.Equal("2026-01-02T03:05:05.678000Z", (string?)updated["LastModifiedTime"]);
        Assert.Equal("2026-01-02T03:05:05.678000Z", (string?)(await lambda.Call("GetFunctionUrlConfig", "hello"))["LastModifiedTime"]);
    }

    [Fact]
    public async Task What_is_not_named_stays_and_an_empty_Cors_goes()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Call("CreateFunctionUrlConfig", "hello", new()
        {
            ["AuthType"] = "AWS_IAM", ["InvokeMode"] = "RESPONSE_STREAM", ["Cors"] = new JsonObject { ["AllowOrigins"] = new JsonArray("*") },
        });
        var kept = await lambda.Call("UpdateFunctionUrlConfig", "hello", []);
        Assert.Equal(("AWS_IAM", "RESPONSE_STREAM", """{"AllowOrigins":["*"]}"""),
            ((string?)kept["AuthType"], (string?)kept["InvokeMode"], kept["Cors"]!.ToJsonString()));
        var changed = await lambda.Call("UpdateFunctionUrlConfig", "hello", new() { ["AuthType"] = "NONE", ["Cors"] = new JsonObject() });
        Assert.Equal(("NONE", "RESPONSE_STREAM", null), ((string?)changed["AuthType"], (string?)changed["InvokeMode"], changed["Cors"]?.ToJsonString()));
    }

    [Fact]
    public async Task What_is_not_there_is_refused()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal("Function does not exist", await lambda.NotFound("UpdateFunctionUrlConfig", "none", []));
        Assert.Equal("The resource you requested does not exist.", await lambda.NotFound("UpdateFunctionUrlConfig", "hello", []));
    }
}
