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
    public async Task What_is_not_there_or_not_honoured_is_refused()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.NotFound("UpdateFunctionUrlConfig", "hello", []);
        await lambda.Call("CreateFunctionUrlConfig", "hello", new() { ["AuthType"] = "NONE" });
        await lambda.Invalid("UpdateFunctionUrlConfig", "hello", new() { ["AuthType"] = "AWS_IAM" });
    }
}
