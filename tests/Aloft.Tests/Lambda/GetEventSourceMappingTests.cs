namespace Aloft.Tests.Lambda;

public sealed class GetEventSourceMappingTests
{
    [Fact]
    public async Task There_is_none()
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Equal(
            "The resource you requested does not exist.", await lambda.NotFound("GetEventSourceMapping", "5f1bb0b4-1a5e-4a5e-9b0e-000000000000"));
    }
}
