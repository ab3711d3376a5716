namespace Aloft.Tests.Lambda;

public sealed class ListEventSourceMappingsTests
{
    const string Operation = "ListEventSourceMappings";

    [Theory]
    [InlineData("")]
    [InlineData("MaxItems=10000&EventSourceArn=arn:aws:sqs:eu-west-1:111122223333:queue")]
    [InlineData("FunctionName=hello:live")]
    public async Task There_are_none(string query)
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Equal("""{"EventSourceMappings":[]}""", (await lambda.Call(Operation, query: query)).ToJsonString());
    }

    [Theory]
    [InlineData("MaxItems=10001")]
    [InlineData("EventSourceArn=queue")]
    [InlineData("FunctionName=no+name")]
    public async Task What_the_model_does_not_allow_is_refused(string query)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Breaks(Operation, query: query);
    }
}
