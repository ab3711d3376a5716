using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class DeadLetterTargetTests
{
    [Theory]
    [InlineData("arn:aws:sqs:eu-central-1:111122223333:q", "SQS is not supported by Aloft yet")]
    [InlineData("arn:aws:sns:eu-central-1:111122223333:t", "SNS is not supported by Aloft yet")]
    [InlineData("arn:aws:lambda:eu-central-1:111122223333:function:f", "must be the ARN of an SQS queue or an SNS topic")]
    public async Task A_target_is_refused_by_name(string arn, string why)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        foreach (var message in new[]
        {
            await lambda.Invalid("CreateFunction", body: LambdaFixture.NewFunction("other", Target(arn))),
            await lambda.Invalid("UpdateFunctionConfiguration", "hello", Target(arn)),
        })
        {
            Assert.StartsWith("The parameter deadLetterConfig.targetArn", message, StringComparison.Ordinal);
            Assert.Contains(arn, message, StringComparison.Ordinal);
            Assert.Contains(why, message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task None_is_accepted_and_shown_as_none(string? arn)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: Target(arn));
        var updated = await lambda.Call("UpdateFunctionConfiguration", "hello", Target(arn));
        Assert.False(updated.ContainsKey("DeadLetterConfig"));
        Assert.False((await lambda.Call("GetFunctionConfiguration", "hello")).ContainsKey("DeadLetterConfig"));
    }

    [Fact]
    public async Task What_is_no_arn_breaks_the_model()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Contains(
            "'deadLetterConfig.targetArn'", await lambda.Breaks("UpdateFunctionConfiguration", "hello", Target("queue")), StringComparison.Ordinal);
    }

    static JsonObject Target(string? arn) => new() { ["DeadLetterConfig"] = new JsonObject { ["TargetArn"] = arn } };
}
