using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class LoggingInputTests
{
    [Theory]
    [InlineData("""{"LogFormat":"JSON"}""", """{"LogFormat":"JSON","ApplicationLogLevel":"INFO","SystemLogLevel":"INFO","LogGroup":"/aws/lambda/hello"}""")]
    [InlineData(
        """{"LogFormat":"JSON","ApplicationLogLevel":"FATAL","SystemLogLevel":"DEBUG","LogGroup":"/mine"}""",
        """{"LogFormat":"JSON","ApplicationLogLevel":"FATAL","SystemLogLevel":"DEBUG","LogGroup":"/mine"}""")]
    [InlineData("""{"LogGroup":"/mine"}""", """{"LogFormat":"Text","LogGroup":"/mine"}""")]
    public async Task What_is_asked_for_is_shown_and_kept(string asked, string shown)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new() { ["LoggingConfig"] = JsonNode.Parse(asked) });
        var stored = (await lambda.Parts.Store.Find(new(LambdaFixture.Account, LambdaFixture.Region, "hello"), default))!.Latest;
        Assert.Equal(shown, (await lambda.Call("GetFunctionConfiguration", "hello"))["LoggingConfig"]!.ToJsonString());
        Assert.Equal(shown, Platform.Lambda.LoggingInput.Json(stored).ToJsonString());
    }

    [Fact]
    public async Task An_update_keeps_what_it_does_not_name()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new() { ["LoggingConfig"] = JsonNode.Parse("""{"LogFormat":"JSON","SystemLogLevel":"WARN"}""") });
        var updated = await lambda.Call("UpdateFunctionConfiguration", "hello", new() { ["LoggingConfig"] = JsonNode.Parse("""{"ApplicationLogLevel":"DEBUG"}""") });
        Assert.Equal(
            """{"LogFormat":"JSON","ApplicationLogLevel":"DEBUG","SystemLogLevel":"WARN","LogGroup":"/aws/lambda/hello"}""",
            updated["LoggingConfig"]!.ToJsonString());
        await lambda.Settled();
        updated = await lambda.Call("UpdateFunctionConfiguration", "hello", new() { ["LoggingConfig"] = JsonNode.Parse("""{"LogFormat":"Text"}""") });
        Assert.Equal("""{"LogFormat":"Text","LogGroup":"/aws/lambda/hello"}""", updated["LoggingConfig"]!.ToJsonString());
    }

    [Fact]
    public async Task Levels_need_JSON()
    {
        await using var lambda = await LambdaFixture.Open();
        var input = LambdaFixture.NewFunction(also: new() { ["LoggingConfig"] = JsonNode.Parse("""{"ApplicationLogLevel":"DEBUG"}""") });
        Assert.Contains("LogFormat", await lambda.Invalid("CreateFunction", body: input), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"LogFormat":"XML"}""")]
    [InlineData("""{"LogFormat":"JSON","ApplicationLogLevel":"LOUD"}""")]
    [InlineData("""{"LogFormat":"JSON","SystemLogLevel":"ERROR"}""")]
    [InlineData("""{"LogGroup":"abc\n"}""")]
    public async Task Constraints_of_the_model_hold(string config)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Breaks("CreateFunction", body: LambdaFixture.NewFunction(also: new() { ["LoggingConfig"] = JsonNode.Parse(config) }));
    }
}
