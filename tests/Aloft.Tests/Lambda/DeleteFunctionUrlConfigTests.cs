using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Lambda;

public sealed class DeleteFunctionUrlConfigTests
{
    [Fact]
    public async Task A_deleted_url_leads_nowhere()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var url = (string)(await lambda.Call("CreateFunctionUrlConfig", "hello", new() { ["AuthType"] = "NONE" }))["FunctionUrl"]!;
        Assert.Equal(204, (await lambda.Respond("DeleteFunctionUrlConfig", "hello")).HttpStatus);
        Assert.Null(await lambda.Registry.Urls.Find(url[^33..^1], Forever));
        await lambda.NotFound("DeleteFunctionUrlConfig", "hello");
    }
}
