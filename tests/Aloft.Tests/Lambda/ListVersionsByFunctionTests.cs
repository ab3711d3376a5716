using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class ListVersionsByFunctionTests
{
    [Fact]
    public async Task A_function_that_was_never_published_has_its_latest()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var listed = await lambda.Call("ListVersionsByFunction", "hello", query: "MaxItems=10000");
        var only = Assert.Single(listed["Versions"]!.AsArray())!;
        Assert.Equal((LambdaFixture.Arn + "hello:$LATEST", "$LATEST"), ((string?)only["FunctionArn"], (string?)only["Version"]));
        Assert.False(listed.ContainsKey("NextMarker"));
    }

    [Fact]
    public async Task Pages_go_through_the_latest_and_then_all_versions_by_number()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        for (var i = 1; i <= 11; i++)
            await lambda.Publish($"exports.handler = async () => {i}");
        await lambda.Call("DeleteFunction", "hello:3");

        var versions = new List<string>();
        for (string? marker = ""; marker is not null;)
        {
            var page = await lambda.Call("ListVersionsByFunction", "hello", query: $"MaxItems=4&Marker={marker}");
            versions.AddRange(page["Versions"]!.AsArray().Select(version => (string)version!["FunctionArn"]!));
            marker = (string?)page["NextMarker"];
        }
        Assert.Equal(
            ((string[])["$LATEST", "1", "2", "4", "5", "6", "7", "8", "9", "10", "11"]).Select(version => $"{LambdaFixture.Arn}hello:{version}"), versions);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.NotFound("ListVersionsByFunction", "none");
        await lambda.Breaks("ListVersionsByFunction", "none", query: "MaxItems=0");
        await lambda.Create();
        await lambda.Invalid("ListVersionsByFunction", "hello", query: "Marker=bGl2ZQ"); // "live"
    }
}
