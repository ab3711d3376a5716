using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class PutFunctionEventInvokeConfigTests
{
    const string Put = "PutFunctionEventInvokeConfig";

    [Fact]
    public async Task The_answer_is_what_is_stored_in_AWSs_shape()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Create("failed");
        var put = await lambda.Call(Put, "hello", new()
        {
            ["MaximumRetryAttempts"] = 0,
            ["MaximumEventAgeInSeconds"] = 3600,
            ["DestinationConfig"] = new JsonObject { ["OnFailure"] = new JsonObject { ["Destination"] = LambdaFixture.Arn + "failed:$LATEST" } },
        });
        Assert.Equal(LambdaFixture.Arn + "hello:$LATEST", (string?)put["FunctionArn"]);
        Assert.Equal((0, 3600), ((int)put["MaximumRetryAttempts"]!, (int)put["MaximumEventAgeInSeconds"]!));
        Assert.Equal(
            $$$"""{"OnSuccess":{},"OnFailure":{"Destination":"{{{LambdaFixture.Arn}}}failed:$LATEST"}}""", put["DestinationConfig"]!.ToJsonString());
        Assert.Equal(lambda.Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, (double)put["LastModified"]!);
        Assert.Equal(put.ToJsonString(), (await lambda.Call("GetFunctionEventInvokeConfig", "hello")).ToJsonString());
    }

    [Fact]
    public async Task It_replaces_all_that_there_was()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Call(Put, "hello", new() { ["MaximumRetryAttempts"] = 0, ["MaximumEventAgeInSeconds"] = 60 });
        var put = await lambda.Call(Put, "hello:$LATEST", new() { ["MaximumRetryAttempts"] = 1 });
        Assert.Equal(1, (int)put["MaximumRetryAttempts"]!);
        Assert.False(put.ContainsKey("MaximumEventAgeInSeconds"));
    }

    [Theory]
    [InlineData("""{"MaximumRetryAttempts": 3}""", "maximumRetryAttempts")]
    [InlineData("""{"MaximumRetryAttempts": -1}""", "maximumRetryAttempts")]
    [InlineData("""{"MaximumEventAgeInSeconds": 59}""", "maximumEventAgeInSeconds")]
    [InlineData("""{"MaximumEventAgeInSeconds": 21601}""", "maximumEventAgeInSeconds")]
    [InlineData("""{"DestinationConfig": {"OnSuccess": {"Destination": "function"}}}""", "destinationConfig.onSuccess.destination")]
    public async Task Constraints_of_the_model_hold(string body, string named)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Contains($"'{named}'", await lambda.Breaks(Put, "hello", (JsonObject)JsonNode.Parse(body)!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("arn:aws:sqs:eu-central-1:111122223333:q", "SQS queues")]
    [InlineData("arn:aws:sns:eu-central-1:111122223333:t", "SNS topics")]
    [InlineData("arn:aws:events:eu-central-1:111122223333:event-bus/b", "EventBridge event buses")]
    [InlineData("arn:aws:s3:::bucket", "S3 buckets")]
    [InlineData("kafka://topic", "Kafka topics")]
    public async Task Destinations_that_Aloft_lacks_are_refused_by_name(string arn, string named)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal(
            $"The destination {arn} is not supported by Aloft yet: {named} cannot be destinations. Use the ARN of a Lambda function.",
            await lambda.Invalid(Put, "hello", OnFailure(arn)));
    }

    [Theory]
    [InlineData("arn:aws:iam::111122223333:role/r", "is invalid.")]
    [InlineData("arn:aws:lambda:eu-central-1:111122223333:layer:l:1", "is invalid.")]
    [InlineData("arn:aws:lambda:eu-central-1:111122223333:function:none", "is invalid: there is no such function.")]
    [InlineData("arn:aws:lambda:eu-central-1:111122223333:function:other:9", "is invalid: there is no such function.")]
    [InlineData("arn:aws:lambda:us-east-1:111122223333:function:other", "must be in the account and region of its function")]
    [InlineData("arn:aws:lambda:eu-central-1:999988887777:function:other", "must be in the account and region of its function")]
    [InlineData("arn:aws:lambda:eu-central-1:111122223333:function:hello", "You can't specify the function as a destination for itself.")]
    public async Task Only_another_function_that_is_there_can_be_a_destination(string arn, string why)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Create("other");
        Assert.Contains(why, await lambda.Invalid(Put, "hello", OnFailure(arn)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_to_set_is_refused()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal("You must specify at least one of error handling or destination setting.", await lambda.Invalid(Put, "hello", []));
        await lambda.Invalid(Put, "hello", new() { ["MaximumRetryAttempts"] = 0, ["Surprise"] = 1 });
        await lambda.Invalid(Put, "hello", new() { ["DestinationConfig"] = new JsonObject { ["OnSurprise"] = new JsonObject() } });
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Equal("The function doesn't exist.", await lambda.NotFound(Put, "none", new() { ["MaximumRetryAttempts"] = 0 }));
        await lambda.Create();
        await lambda.NotFound(Put, "hello", new() { ["MaximumRetryAttempts"] = 0 }, query: "Qualifier=BLUE");
    }

    static JsonObject OnFailure(string arn) =>
        new() { ["DestinationConfig"] = new JsonObject { ["OnFailure"] = new JsonObject { ["Destination"] = arn } } };
}
