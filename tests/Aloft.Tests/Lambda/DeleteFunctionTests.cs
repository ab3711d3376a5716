namespace Aloft.Tests.Lambda;

public sealed class DeleteFunctionTests
{
    [Fact]
    public async Task A_deleted_function_is_gone_and_its_name_is_free()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal(204, (await lambda.Respond("DeleteFunction", "hello")).HttpStatus);
        await lambda.NotFound("GetFunction", "hello");
        await lambda.NotFound("DeleteFunction", "hello");
        await lambda.Create();
    }

    [Fact]
    public async Task A_qualifier_does_not_delete_the_function()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal("$LATEST version cannot be deleted without deleting the function.", await lambda.Invalid("DeleteFunction", "hello", query: "Qualifier=$LATEST"));
        await lambda.NotFound("DeleteFunction", "hello", query: "Qualifier=1");
        await lambda.Call("GetFunction", "hello");
    }
}
