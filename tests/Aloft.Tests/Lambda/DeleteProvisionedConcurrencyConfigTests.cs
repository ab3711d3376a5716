namespace Aloft.Tests.Lambda;

public sealed class DeleteProvisionedConcurrencyConfigTests
{
    [Fact]
    public async Task It_is_gone_and_gives_back_what_it_claimed()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new() { ["Publish"] = true });
        await lambda.Call("PutProvisionedConcurrencyConfig", "hello:1", new() { ["ProvisionedConcurrentExecutions"] = 3 });
        Assert.Equal(204, (await lambda.Respond("DeleteProvisionedConcurrencyConfig", "hello", query: "Qualifier=1")).HttpStatus);
        await lambda.Fails("ProvisionedConcurrencyConfigNotFoundException", 404, "GetProvisionedConcurrencyConfig", "hello:1");
        Assert.Equal(0, lambda.Registry.ClaimedConcurrency(LambdaFixture.Account, LambdaFixture.Region));
        await lambda.Call("DeleteProvisionedConcurrencyConfig", "hello:1"); // does no harm
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.NotFound("DeleteProvisionedConcurrencyConfig", "none:1");
        await lambda.Create();
        await lambda.NotFound("DeleteProvisionedConcurrencyConfig", "hello:1");
        await lambda.Breaks("DeleteProvisionedConcurrencyConfig", "hello");
    }
}
