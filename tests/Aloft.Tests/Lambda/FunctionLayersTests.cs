using System.Text.Json.Nodes;
using Aloft.Tests.Functions.Code;

namespace Aloft.Tests.Lambda;

public sealed class FunctionLayersTests
{
    [Fact]
    public async Task A_function_shows_its_layers_in_their_order()
    {
        await using var lambda = await LambdaFixture.Open();
        var size = (long)(await lambda.PublishLayer("b"))["Content"]!["CodeSize"]!;
        await lambda.PublishLayer("a");
        var created = await lambda.Create(also: Layers("b:1", "a:1"));
        Assert.Equal([LambdaFixture.LayerArn + "b:1", LambdaFixture.LayerArn + "a:1"], Shown(created));
        Assert.Equal(size, (long)created["Layers"]![0]!["CodeSize"]!);
        Assert.Equal(Shown(created), Shown(await lambda.Call("GetFunctionConfiguration", "hello")));
        Assert.Equal(Shown(created), Shown((await lambda.Call("ListFunctions"))["Functions"]![0]!));
    }

    [Fact]
    public async Task An_update_replaces_them_and_keeps_them_where_it_is_silent()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer("a");
        await lambda.PublishLayer("b");
        await lambda.Create();
        Assert.Equal([LambdaFixture.LayerArn + "a:1"], Shown(await Update(Layers("a:1"))));
        Assert.Equal([LambdaFixture.LayerArn + "a:1"], Shown(await Update(new() { ["Timeout"] = 9 })));
        Assert.Equal([LambdaFixture.LayerArn + "b:1"], Shown(await Update(Layers("b:1"))));
        Assert.False((await Update(Layers())).ContainsKey("Layers"));

        async Task<JsonObject> Update(JsonObject change)
        {
            var updated = await lambda.Call("UpdateFunctionConfiguration", "hello", change);
            await lambda.Settled();
            return updated;
        }
    }

    [Fact]
    public async Task Five_are_enough()
    {
        await using var lambda = await LambdaFixture.Open();
        foreach (var name in new[] { "a", "b", "c", "d", "e", "f" })
            await lambda.PublishLayer(name);
        await lambda.Create(also: Layers("a:1", "b:1", "c:1", "d:1", "e:1"));
        Assert.Equal("Cannot reference more than 5 layers.", await Refused(lambda, Layers("a:1", "b:1", "c:1", "d:1", "e:1", "f:1")));
    }

    [Fact]
    public async Task Two_versions_of_one_layer_are_too_many()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer("a");
        await lambda.PublishLayer("a");
        Assert.Equal(
            "Two different versions of the same layer are not allowed to be referenced in the same function. "
            + $"{LambdaFixture.LayerArn}a:2 and {LambdaFixture.LayerArn}a:1 are versions of the same layer.",
            await Refused(lambda, Layers("a:2", "a:1")));
    }

    [Fact]
    public async Task A_layer_must_be_there_and_here()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer("a");
        Assert.Equal($"Layer version {LambdaFixture.LayerArn}a:2 does not exist.", await Refused(lambda, Layers("a:2")));
        var elsewhere = LambdaFixture.LayerArn.Replace("arn:aws:", "arn:aws-cn:", StringComparison.Ordinal) + "a:1";
        Assert.Equal($"Layer version {elsewhere} does not exist.", await Refused(lambda, new() { ["Layers"] = new JsonArray(elsewhere) }));
        await lambda.NotFound("ListLayerVersions", elsewhere[..^2]);
        Assert.Equal(
            $"Layers are not in the same region as the function. Layers are expected to be in region {LambdaFixture.Region}.",
            await Refused(lambda, new() { ["Layers"] = new JsonArray($"arn:aws:lambda:us-west-2:{LambdaFixture.Account}:layer:a:1") }));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("arn:aws:lambda:eu-central-1:111122223333:layer:a")]
    [InlineData("arn:aws:lambda:eu-central-1:1:layer:a:1")]
    public async Task The_arn_of_a_version_is_needed(string arn)
    {
        await using var lambda = await LambdaFixture.Open();
        var layers = new JsonObject { ["Layers"] = new JsonArray(arn) };
        Assert.Contains("'layers'", await lambda.Breaks("CreateFunction", body: LambdaFixture.NewFunction(also: layers)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_account_s_needs_permission()
    {
        const string stranger = "999900001111";
        await using var lambda = await LambdaFixture.Open();
        await lambda.PublishLayer("a");
        var function = LambdaFixture.NewFunction(also: Layers("a:1"));
        var error = await Assert.ThrowsAsync<Aloft.Wire.ApiError>(() => lambda.Call("CreateFunction", body: function, account: stranger));
        Assert.Equal(("AccessDeniedException", 403), (error.Code, error.HttpStatus));

        await lambda.Call("AddLayerVersionPermission", "a/1", AddLayerVersionPermissionTests.Statement(principal: stranger));
        Assert.Equal([LambdaFixture.LayerArn + "a:1"], Shown(await lambda.Call("CreateFunction", body: function, account: stranger)));
    }

    [Fact]
    public async Task Code_and_layers_have_one_limit_together()
    {
        const long mebibyte = 1024 * 1024;
        await using var lambda = await LambdaFixture.Open();
        await Publish("most", 150);
        await Publish("rest", 100);
        Assert.Contains(
            "Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size is 262144031 bytes.",
            await Refused(lambda, Layers("most:1", "rest:1")), StringComparison.Ordinal);

        await lambda.Create(also: Layers("most:1"));
        var larger = Convert.ToBase64String(TestZip.Make(zip => TestZip.AddZeros(zip, "zeros", 101 * mebibyte)));
        Assert.Contains(
            "combined with layers", await lambda.Invalid("UpdateFunctionCode", "hello", new() { ["ZipFile"] = larger }), StringComparison.Ordinal);
        Assert.Contains(
            "combined with layers", await lambda.Invalid("UpdateFunctionConfiguration", "hello", Layers("most:1", "rest:1")), StringComparison.Ordinal);

        Task Publish(string name, long mebibytes) => lambda.Call("PublishLayerVersion", name, new()
        {
            ["Content"] = new JsonObject
            {
                ["ZipFile"] = Convert.ToBase64String(TestZip.Make(zip => TestZip.AddZeros(zip, "zeros", mebibytes * mebibyte))),
            },
        });
    }

    static Task<string> Refused(LambdaFixture lambda, JsonObject layers) =>
        lambda.Invalid("CreateFunction", body: LambdaFixture.NewFunction("refused", layers));

    static JsonObject Layers(params string[] versions) => new()
    {
        ["Layers"] = new JsonArray([.. versions.Select(version => JsonValue.Create(LambdaFixture.LayerArn + version))]),
    };

    static IEnumerable<string> Shown(JsonNode function) => function["Layers"]!.AsArray().Select(layer => (string)layer!["Arn"]!);
}
