namespace Aloft.Tests.Lambda;

public sealed class DeleteFunctionConcurrencyTests
{
    [Fact]
    public async Task A_reservation_is_taken_back_and_taking_back_none_is_fine()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Call("PutFunctionConcurrency", "hello", new() { ["ReservedConcurrentExecutions"] = 7 });
        Assert.Equal(204, (await lambda.Respond("DeleteFunctionConcurrency", "hello")).HttpStatus);
        Assert.Equal("{}", (await lambda.Call("GetFunctionConcurrency", "hello")).ToJsonString());
        Assert.Equal(204, (await lambda.Respond("DeleteFunctionConcurrency", "hello")).HttpStatus);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.NotFound("DeleteFunctionConcurrency", "none");
    }
}
