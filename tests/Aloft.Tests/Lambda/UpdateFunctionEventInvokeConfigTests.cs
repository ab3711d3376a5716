using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class UpdateFunctionEventInvokeConfigTests
{
    const string Update = "UpdateFunctionEventInvokeConfig";

    [Fact]
    public async Task What_is_not_sent_stays()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Create("done");
        await lambda.Create("failed");
        await lambda.Call("PutFunctionEventInvokeConfig", "hello", new()
        {
            ["MaximumRetryAttempts"] = 0,
            ["MaximumEventAgeInSeconds"] = 3600,
            ["DestinationConfig"] = new JsonObject { ["OnSuccess"] = To("done") },
        });

        lambda.Time.Advance(TimeSpan.FromMinutes(1));
        await lambda.Call(Update, "hello", new() { ["DestinationConfig"] = new JsonObject { ["OnFailure"] = To("failed") } });
        var updated = await lambda.Call(Update, "hello", new() { ["MaximumRetryAttempts"] = 2 });
        Assert.Equal((2, 3600), ((int)updated["MaximumRetryAttempts"]!, (int)updated["MaximumEventAgeInSeconds"]!));
        Assert.Equal(
            new JsonObject { ["OnSuccess"] = To("done"), ["OnFailure"] = To("failed") }.ToJsonString(), updated["DestinationConfig"]!.ToJsonString());
        Assert.Equal(lambda.Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, (double)updated["LastModified"]!);
    }

    [Theory]
    [InlineData("""{"OnSuccess": {}}""")]
    [InlineData("""{"OnSuccess": {"Destination": ""}}""")]
    public async Task An_empty_destination_takes_one_away(string config)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Create("done");
        await lambda.Call("PutFunctionEventInvokeConfig", "hello", new() { ["DestinationConfig"] = new JsonObject { ["OnSuccess"] = To("done") } });
        var updated = await lambda.Call(Update, "hello", new() { ["DestinationConfig"] = JsonNode.Parse(config) });
        Assert.Equal("""{"OnSuccess":{},"OnFailure":{}}""", updated["DestinationConfig"]!.ToJsonString());
    }

    [Fact]
    public async Task Without_a_config_there_is_nothing_to_update()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.NotFound(Update, "none", new() { ["MaximumRetryAttempts"] = 0 });
        await lambda.Create();
        Assert.Equal(
            $"The function {LambdaFixture.Arn}hello:$LATEST doesn't have an EventInvokeConfig",
            await lambda.NotFound(Update, "hello", new() { ["MaximumRetryAttempts"] = 0 }));
    }

    [Fact]
    public async Task The_rules_are_those_of_Put()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Call("PutFunctionEventInvokeConfig", "hello", new() { ["MaximumRetryAttempts"] = 0 });
        await lambda.Breaks(Update, "hello", new() { ["MaximumRetryAttempts"] = 3 });
        await lambda.Invalid(Update, "hello", []);
        await lambda.Invalid(Update, "hello", new() { ["DestinationConfig"] = new JsonObject { ["OnFailure"] = To("none") } });
    }

    static JsonObject To(string name) => new() { ["Destination"] = LambdaFixture.Arn + name };
}
