namespace Aloft.Tests.EndToEnd;

/// <summary>https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html</summary>
[Collection(RealProgram.Name)]
public sealed class ThrottleTests(SharedProgram shared) : IClassFixture<SharedProgram>
{
    const string Slow = "exports.handler = async ms => { await new Promise(done => setTimeout(done, ms)); return 'done'; };";

    [Fact]
    public async Task Invocations_over_the_reserved_concurrency_are_refused_with_the_reason()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Node(Slow));
        await lambda.Reserve(name, 2);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => lambda.Invoke(name, "1500")));

        Assert.Equal(2, answers.Count(answer => answer.Text == "\"done\""));
        Assert.All(answers.Where(answer => answer.Text != "\"done\""), answer =>
        {
            Assert.Equal(429, answer.Status);
            Assert.Equal("TooManyRequestsException", answer.ErrorType);
            Assert.Equal("ReservedFunctionConcurrentInvocationLimitExceeded", answer.Json.GetProperty("Reason").GetString());
            Assert.Equal("Rate Exceeded.", answer.Json.GetProperty("message").GetString() ?? answer.Json.GetProperty("Message").GetString());
        });
        Assert.Equal("\"done\"", (await lambda.Invoke(name, "0")).Text);
    }

    [Fact]
    public async Task Throttled_function_does_not_throttle_its_neighbour()
    {
        using var lambda = shared.Program.Lambda();
        var stopped = await lambda.Create(FunctionSource.Echo);
        var neighbour = await lambda.Create(FunctionSource.Echo);
        await lambda.Reserve(stopped, 0);
        Assert.Equal(429, (await lambda.Invoke(stopped)).Status);
        Assert.Equal(200, (await lambda.Invoke(neighbour)).Status);
    }

    [Fact]
    public async Task Fifty_first_calls_at_once_are_all_answered()
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Node(Slow), memoryMegabytes: 128);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => lambda.Invoke(name, "100")));
        Assert.All(answers, answer => Assert.Equal((200, "\"done\""), (answer.Status, answer.Text)));
    }

    [Theory]
    [InlineData(128, 0)]
    [InlineData(128, 300)]
    [InlineData(10_240, 10)]
    public async Task Many_callers_below_the_limits_are_answered_however_few_instances_there_is_memory_for(int memoryMegabytes, int sleepMilliseconds)
    {
        using var lambda = shared.Program.Lambda();
        var name = await lambda.Create(FunctionSource.Node(Slow), timeoutSeconds: 60, memoryMegabytes);
        var payload = sleepMilliseconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var answers = await Task.WhenAll(Enumerable.Range(0, 250).Select(_ => lambda.Invoke(name, payload)));
        Assert.All(answers, answer => Assert.Equal((200, "\"done\""), (answer.Status, answer.Text)));
    }
}
