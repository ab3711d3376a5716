namespace Aloft.Tests.Lambda;

public sealed class PutFunctionConcurrencyTests
{
    [Fact]
    public async Task Concurrency_is_reserved_and_changed()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal("""{"ReservedConcurrentExecutions":900}""", (await Put(lambda, "hello", 900)).ToJsonString());
        await Put(lambda, "hello", 5);
        Assert.Equal(5, lambda.Registry.ReservedConcurrency(new(LambdaFixture.Account, LambdaFixture.Region, "hello")));
    }

    [Fact]
    public async Task A_hundred_must_stay_unreserved()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create("a");
        await lambda.Create("b");
        await Put(lambda, "a", 500);
        Assert.Equal(
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
            await lambda.Invalid("PutFunctionConcurrency", "b", new() { ["ReservedConcurrentExecutions"] = 401 }));
        await Put(lambda, "b", 400);
        await Put(lambda, "a", 500); // what it has already is not counted twice
    }

    [Fact]
    public async Task A_smaller_account_keeps_all_it_has_and_can_still_stop_a_function()
    {
        await using var lambda = await LambdaFixture.Open(concurrencyLimit: 50);
        await lambda.Create();
        Assert.Contains("[50]", await lambda.Invalid("PutFunctionConcurrency", "hello", new() { ["ReservedConcurrentExecutions"] = 1 }), StringComparison.Ordinal);
        await Put(lambda, "hello", 0);
    }

    [Fact]
    public async Task The_models_constraints_hold()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Breaks("PutFunctionConcurrency", "hello", []);
        await lambda.Breaks("PutFunctionConcurrency", "hello", new() { ["ReservedConcurrentExecutions"] = -1 });
        await lambda.NotFound("PutFunctionConcurrency", "none", new() { ["ReservedConcurrentExecutions"] = 1 });
        Assert.StartsWith("This operation is permitted on Lambda functions only.",
            await lambda.Invalid("PutFunctionConcurrency", "hello:live", new() { ["ReservedConcurrentExecutions"] = 1 }), StringComparison.Ordinal);
    }

    static Task<System.Text.Json.Nodes.JsonObject> Put(LambdaFixture lambda, string name, int reserved) =>
        lambda.Call("PutFunctionConcurrency", name, new() { ["ReservedConcurrentExecutions"] = reserved });
}
