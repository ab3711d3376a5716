using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class PutProvisionedConcurrencyConfigTests
{
    [Fact]
    public async Task It_is_accepted_before_it_is_allocated()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new() { ["Publish"] = true });
        var answer = await lambda.Respond("PutProvisionedConcurrencyConfig", "hello", Of(5), "Qualifier=1");
        Assert.Equal(202, answer.HttpStatus);
        Assert.Equal(
            ["5", "0", "0", "IN_PROGRESS", "2026-01-02T03:04:05+0000"],
            new[]
            {
                "RequestedProvisionedConcurrentExecutions", "AvailableProvisionedConcurrentExecutions",
                "AllocatedProvisionedConcurrentExecutions", "Status", "LastModified",
            }.Select(member => answer.Body![member]!.ToString()));
        Assert.Equal(5, answer.Body!.Count);
        Assert.Equal(6, (int)(await Put(lambda, "hello:1", 6))["RequestedProvisionedConcurrentExecutions"]!);
        Assert.Equal(6, lambda.Registry.ClaimedConcurrency(LambdaFixture.Account, LambdaFixture.Region));
    }

    [Fact]
    public async Task Only_a_published_version_or_an_alias_of_one_can_have_it()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        const string refusal = "Provisioned Concurrency Configs cannot be applied to unpublished function versions.";
        Assert.Equal(refusal, await Refused(lambda, "hello:$LATEST", 1));
        await lambda.Call("CreateAlias", "hello", new() { ["Name"] = "next", ["FunctionVersion"] = "$LATEST" });
        Assert.Equal(refusal, await Refused(lambda, "hello:next", 1));
        await lambda.Call("CreateAlias", "hello", Alias("both", "1", "2"));
        Assert.Equal("Alias with weights can not be used with Provisioned Concurrency", await Refused(lambda, "hello:both", 1));
        await lambda.NotFound("PutProvisionedConcurrencyConfig", "hello:3", Of(1));
        Assert.Equal(
            $"Cannot find alias arn: {LambdaFixture.Arn}hello:none", await lambda.NotFound("PutProvisionedConcurrencyConfig", "hello:none", Of(1)));
        Assert.Equal($"Cannot find alias arn: {LambdaFixture.Arn}hello:none", await lambda.NotFound("GetProvisionedConcurrencyConfig", "hello:none"));
        await lambda.NotFound("PutProvisionedConcurrencyConfig", "none:1", Of(1));
    }

    [Fact]
    public async Task A_version_and_its_alias_do_not_both_have_it()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        await lambda.Call("CreateAlias", "hello", Alias("live", "1"));
        await Put(lambda, "hello:1", 1);
        Assert.Equal(
            "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
            await lambda.Fails("ResourceConflictException", 409, "PutProvisionedConcurrencyConfig", "hello:live", Of(1)));

        await lambda.Call("DeleteProvisionedConcurrencyConfig", "hello:1");
        await Put(lambda, "hello:live", 1);
        Assert.Equal(
            "Version is pointed by a Provisioned Concurrency alias",
            await lambda.Fails("ResourceConflictException", 409, "PutProvisionedConcurrencyConfig", "hello:1", Of(1)));
        await Put(lambda, "hello:2", 1);
        await lambda.Fails("ResourceConflictException", 409, "UpdateAlias", "hello/live", new() { ["FunctionVersion"] = "2" });
    }

    [Fact]
    public async Task A_version_whose_share_of_an_alias_rounds_to_nothing_is_the_aliass_too()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        await lambda.Call("CreateAlias", "hello", Alias("live", "1"));
        await Put(lambda, "hello:live", 1);
        var weighted = Alias("live", "1", "2");
        weighted.Remove("Name");
        weighted["RoutingConfig"]!["AdditionalVersionWeights"]!["2"] = 0.01;
        await lambda.Call("UpdateAlias", "hello/live", weighted);
        await lambda.Fails("ResourceConflictException", 409, "PutProvisionedConcurrencyConfig", "hello:2", Of(1));
        await lambda.Call("UpdateAlias", "hello/live", new() { ["Description"] = "still free to change" });
    }

    [Fact]
    public async Task It_is_part_of_what_is_reserved()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        await lambda.Call("PutFunctionConcurrency", "hello", new() { ["ReservedConcurrentExecutions"] = 10 });
        await Put(lambda, "hello:1", 6);
        Assert.Equal(
            "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function",
            await Refused(lambda, "hello:2", 5));
        await Put(lambda, "hello:2", 4);
        await Put(lambda, "hello:1", 5);
        Assert.Equal(
            "ReservedConcurrentExecutions 8 should not be lower than function's total provisioned concurrency [9].",
            await lambda.Invalid("PutFunctionConcurrency", "hello", new() { ["ReservedConcurrentExecutions"] = 8 }));
        Assert.Equal(990, await Unreserved(lambda));
        await lambda.Call("DeleteFunctionConcurrency", "hello");
        Assert.Equal(991, await Unreserved(lambda));
    }

    [Fact]
    public async Task The_account_keeps_a_hundred_for_functions_without_any()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        await lambda.Create("other");
        await lambda.Call("PutFunctionConcurrency", "other", new() { ["ReservedConcurrentExecutions"] = 500 });
        Assert.Equal(
            "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
            await Refused(lambda, "hello:1", 401));
        Assert.Equal(
            "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [500].",
            await Refused(lambda, "hello:1", int.MaxValue));
        await Put(lambda, "hello:1", 400);
        Assert.Equal(100, await Unreserved(lambda));
        await lambda.Invalid("PutFunctionConcurrency", "other", new() { ["ReservedConcurrentExecutions"] = 501 });
        await Refused(lambda, "hello:2", 1);
    }

    [Fact]
    public async Task The_models_constraints_hold()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new() { ["Publish"] = true });
        Assert.Contains("'qualifier'", await lambda.Breaks("PutProvisionedConcurrencyConfig", "hello", Of(1)), StringComparison.Ordinal);
        await lambda.Breaks("PutProvisionedConcurrencyConfig", "hello:1", Of(0));
        await lambda.Breaks("PutProvisionedConcurrencyConfig", "hello:1", []);
        await lambda.Invalid("PutProvisionedConcurrencyConfig", "hello:1", new() { ["ProvisionedConcurrentExecutions"] = 1, ["Colour"] = "blue" });
    }

    static JsonObject Of(int count) => new() { ["ProvisionedConcurrentExecutions"] = count };

    static JsonObject Alias(string name, string version, string? second = null)
    {
        var alias = new JsonObject { ["Name"] = name, ["FunctionVersion"] = version };
        if (second is not null)
            alias["RoutingConfig"] = new JsonObject { ["AdditionalVersionWeights"] = new JsonObject { [second] = 0.5 } };
        return alias;
    }

    static Task<JsonObject> Put(LambdaFixture lambda, string name, int count) => lambda.Call("PutProvisionedConcurrencyConfig", name, Of(count));

    static Task<string> Refused(LambdaFixture lambda, string name, int count) => lambda.Invalid("PutProvisionedConcurrencyConfig", name, Of(count));

    static async Task<int> Unreserved(LambdaFixture lambda) =>
        (int)(await lambda.Call("GetAccountSettings"))["AccountLimit"]!["UnreservedConcurrentExecutions"]!;
}
