using Aloft.Platform.Functions.Provisioning;

namespace Aloft.Tests.Lambda;

public sealed class GetProvisionedConcurrencyConfigTests
{
    [Fact]
    public async Task It_tells_what_this_node_holds()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new() { ["Publish"] = true });
        await lambda.Call("PutProvisionedConcurrencyConfig", "hello:1", new() { ["ProvisionedConcurrentExecutions"] = 3 });
        Assert.Equal(("IN_PROGRESS", 1, null), await Get(new(1, 0, null)));
        Assert.Equal(("READY", 3, null), await Get(new(3, 3, null)));
        Assert.Equal(("READY", 2, null), await Get(new(2, 3, null))); // one is being replaced
        Assert.Equal(("IN_PROGRESS", 2, null), await Get(new(2, 2, null))); // the engine has not heard of the third yet
        Assert.Equal(("FAILED", 1, "no memory"), await Get(new(1, 0, "no memory")));

        async Task<(string?, int, string?)> Get(Allocation held)
        {
            lambda.Registry.Provisioned.AllocationOf = (_, version) => version == "1" ? held : default;
            var config = await lambda.Call("GetProvisionedConcurrencyConfig", "hello", query: "Qualifier=1");
            Assert.Equal(3, (int)config["RequestedProvisionedConcurrentExecutions"]!);
            Assert.Equal((int)config["AllocatedProvisionedConcurrentExecutions"]!, (int)config["AvailableProvisionedConcurrentExecutions"]!);
            return ((string?)config["Status"], (int)config["AllocatedProvisionedConcurrentExecutions"]!, (string?)config["StatusReason"]);
        }
    }

    [Fact]
    public async Task Where_there_is_none_the_error_says_so()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new() { ["Publish"] = true });
        Assert.Equal(
            "No Provisioned Concurrency Config found for this function",
            await lambda.Fails("ProvisionedConcurrencyConfigNotFoundException", 404, "GetProvisionedConcurrencyConfig", "hello:1"));
        await lambda.NotFound("GetProvisionedConcurrencyConfig", "hello:2");
        await lambda.NotFound("GetProvisionedConcurrencyConfig", "none:1");
        await lambda.Invalid("GetProvisionedConcurrencyConfig", "hello:$LATEST");
        await lambda.Breaks("GetProvisionedConcurrencyConfig", "hello");
    }

    [Fact]
    public async Task It_goes_with_its_alias_version_or_function()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        await lambda.Call("CreateAlias", "hello", new() { ["Name"] = "live", ["FunctionVersion"] = "1" });
        await lambda.Call("PutProvisionedConcurrencyConfig", "hello:live", new() { ["ProvisionedConcurrentExecutions"] = 3 });
        await lambda.Call("PutProvisionedConcurrencyConfig", "hello:2", new() { ["ProvisionedConcurrentExecutions"] = 4 });
        Assert.Equal(7, Claimed(lambda));
        await lambda.Call("DeleteAlias", "hello/live");
        Assert.Equal(4, Claimed(lambda));
        await lambda.Call("CreateAlias", "hello", new() { ["Name"] = "live", ["FunctionVersion"] = "1" });
        await lambda.Fails("ProvisionedConcurrencyConfigNotFoundException", 404, "GetProvisionedConcurrencyConfig", "hello:live");

        await lambda.Call("DeleteFunction", "hello:2");
        Assert.Equal(0, Claimed(lambda));
        await lambda.Call("PutProvisionedConcurrencyConfig", "hello:1", new() { ["ProvisionedConcurrentExecutions"] = 5 });
        await lambda.Call("DeleteFunction", "hello");
        Assert.Equal(0, Claimed(lambda));
    }

    static int Claimed(LambdaFixture lambda) => lambda.Registry.ClaimedConcurrency(LambdaFixture.Account, LambdaFixture.Region);
}
