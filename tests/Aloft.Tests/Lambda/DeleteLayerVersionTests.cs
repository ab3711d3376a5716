using System.Text.Json.Nodes;

namespace Aloft.Tests.Lambda;

public sealed class DeleteLayerVersionTests
{
    [Fact]
    public async Task It_is_gone_and_nothing_happens_the_second_time()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer();
        Assert.Equal(204, (await lambda.Respond("DeleteLayerVersion", "shared/1")).HttpStatus);
        Assert.Equal(204, (await lambda.Respond("DeleteLayerVersion", "shared/1")).HttpStatus);
        await lambda.NotFound("GetLayerVersion", "shared/1");
        Assert.Empty((await lambda.Call("ListLayers"))["Layers"]!.AsArray());
    }

    [Fact]
    public async Task A_function_keeps_it_and_no_other_gets_it()
    {
        await using var lambda = await LambdaFixture.Open();
        var arn = (string)(await lambda.PublishLayer())["LayerVersionArn"]!;
        var layers = new JsonObject { ["Layers"] = new JsonArray(arn) };
        await lambda.Create(also: layers);
        await lambda.Call("DeleteLayerVersion", "shared/1");

        var configuration = await lambda.Call("UpdateFunctionConfiguration", "hello", new() { ["Description"] = "new" });
        await lambda.Settled();
        Assert.Equal(arn, (string?)configuration["Layers"]![0]!["Arn"]);
        Assert.Equal("Active", (string?)(await lambda.Call("GetFunctionConfiguration", "hello"))["State"]);
        Assert.Equal($"Layer version {arn} does not exist.", await lambda.Invalid("CreateFunction", body: LambdaFixture.NewFunction("other", layers)));
    }

    [Fact]
    public async Task A_sweep_spares_what_a_function_keeps()
    {
        await using var lambda = await LambdaFixture.Open();
        var digests = new List<string>();
        foreach (var name in new[] { "one", "two", "free" })
            digests.Add(Convert.ToHexStringLower(Convert.FromBase64String((string)(await lambda.PublishLayer(name))["Content"]!["CodeSha256"]!)));
        await lambda.Create(also: new()
        {
            ["Layers"] = new JsonArray(LambdaFixture.LayerArn + "one:1", LambdaFixture.LayerArn + "two:1"),
        });
        foreach (var name in new[] { "one", "two", "free" })
            await lambda.Call("DeleteLayerVersion", $"{name}/1");

        var live = await lambda.Registry.Digests(default);
        Assert.Contains(digests[0], live);
        Assert.Contains(digests[1], live);
        Assert.DoesNotContain(digests[2], live);
        Assert.Contains(Platform.Functions.Code.LayerStack.Digest(digests[..2])!, live);
    }

    [Fact]
    public async Task Another_account_s_is_not_deleted()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Fails(
            "AccessDeniedException", 403, "DeleteLayerVersion", $"arn:aws:lambda:{LambdaFixture.Region}:999900001111:layer:theirs/1");
    }
}
