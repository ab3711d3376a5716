using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Registry;
using Aloft.Tests.Functions.Registry;

namespace Aloft.Tests.Lambda;

public sealed class GetFunctionConfigurationTests
{
    [Fact]
    public async Task It_is_the_configuration_that_GetFunction_shows()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var configuration = await lambda.Call("GetFunctionConfiguration", "hello");
        Assert.True(JsonNode.DeepEquals((await lambda.Call("GetFunction", "hello"))["Configuration"], configuration));
    }

    [Fact]
    public async Task A_function_that_failed_says_why()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Parts.Leave(RegistryFixture.Sample());
        var configuration = await lambda.Call("GetFunctionConfiguration", "hello");
        Assert.Equal(("Failed", "disk full", "InternalError"), ((string?)configuration["State"], (string?)configuration["StateReason"], (string?)configuration["StateReasonCode"]));
        Assert.Equal(("Failed", "disk full", "InternalError"),
            ((string?)configuration["LastUpdateStatus"], (string?)configuration["LastUpdateStatusReason"], (string?)configuration["LastUpdateStatusReasonCode"]));
    }

    [Fact]
    public async Task A_runtime_that_was_removed_since_is_told()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Parts.Leave(RegistryFixture.Sample() with { Runtime = "python3.12", State = FunctionState.Active });
        Assert.Equal("InvalidRuntime", (string?)(await lambda.Call("GetFunctionConfiguration", "hello"))["RuntimeVersionConfig"]!["Error"]!["ErrorCode"]);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.NotFound("GetFunctionConfiguration", "none");
    }
}
