using Aloft.Platform.Functions.Asynchronous;
using Aloft.Platform.Functions.Registry;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Lambda;

public sealed class ListFunctionEventInvokeConfigsTests
{
    [Fact]
    public async Task Those_of_one_function_are_listed()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Create("other");
        Assert.Equal("""{"FunctionEventInvokeConfigs":[]}""", (await lambda.Call("ListFunctionEventInvokeConfigs", "hello")).ToJsonString());
        var put = await lambda.Call("PutFunctionEventInvokeConfig", "hello", new() { ["MaximumRetryAttempts"] = 1 });
        await lambda.Call("PutFunctionEventInvokeConfig", "other", new() { ["MaximumRetryAttempts"] = 1 });
        var listed = await lambda.Call("ListFunctionEventInvokeConfigs", "hello", query: "MaxItems=50");
        Assert.Equal(put.ToJsonString(), Assert.Single(listed["FunctionEventInvokeConfigs"]!.AsArray())!.ToJsonString());
        Assert.Equal("The function doesn't exist.", await lambda.NotFound("ListFunctionEventInvokeConfigs", "none"));
        await lambda.Breaks("ListFunctionEventInvokeConfigs", "hello", query: "MaxItems=51");
    }

    [Fact]
    public async Task They_are_paged()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var key = new FunctionKey(LambdaFixture.Account, LambdaFixture.Region, "hello");
        foreach (var qualifier in new[] { "BLUE", "GREEN", "RED" })
            await lambda.Registry.Asynchronous.Put(key, qualifier, _ => new EventInvokeConfig(key, qualifier, 0, null, null, null, default), Forever);

        var first = await lambda.Call("ListFunctionEventInvokeConfigs", "hello", query: "MaxItems=2");
        var second = await lambda.Call("ListFunctionEventInvokeConfigs", "hello", query: $"MaxItems=2&Marker={first["NextMarker"]}");
        Assert.Equal(
            ["BLUE", "GREEN", "RED"],
            first["FunctionEventInvokeConfigs"]!.AsArray().Concat(second["FunctionEventInvokeConfigs"]!.AsArray())
                .Select(config => ((string)config!["FunctionArn"]!).Split(':')[^1]));
        Assert.False(second.ContainsKey("NextMarker"));
    }
}
