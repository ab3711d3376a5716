namespace Aloft.Tests.Lambda;

public sealed class ListCodeSigningConfigsTests
{
    [Fact]
    public async Task There_are_none()
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Equal("""{"CodeSigningConfigs":[]}""", (await lambda.Call("ListCodeSigningConfigs")).ToJsonString());
        await lambda.Breaks("ListCodeSigningConfigs", query: "MaxItems=0");
    }
}
