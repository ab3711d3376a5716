namespace Aloft.Tests.Lambda;

public sealed class GetAccountSettingsTests
{
    [Fact]
    public async Task Limits_and_usage_are_those_of_the_account_and_region()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create("a");
        await lambda.Create("b");
        await lambda.Call("PutFunctionConcurrency", "a", new() { ["ReservedConcurrentExecutions"] = 100 });

        var settings = await lambda.Call("GetAccountSettings");
        Assert.Equal(
            """{"TotalCodeSize":80530636800,"CodeSizeUnzipped":262144000,"CodeSizeZipped":52428800,"ConcurrentExecutions":1000,"UnreservedConcurrentExecutions":900}""",
            settings["AccountLimit"]!.ToJsonString());
        Assert.Equal($$"""{"TotalCodeSize":{{2 * LambdaFixture.Zip.Length}},"FunctionCount":2}""", settings["AccountUsage"]!.ToJsonString());
        Assert.Equal(0, (long)(await lambda.Call("GetAccountSettings", account: "999988887777"))["AccountUsage"]!["FunctionCount"]!);
    }
}
