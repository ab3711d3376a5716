using System.Text.Json.Nodes;
using Aloft.Tests.Functions.Code;

namespace Aloft.Tests.Lambda;

public sealed class PublishLayerVersionTests
{
    [Fact]
    public async Task A_version_is_answered_whole()
    {
        await using var lambda = await LambdaFixture.Open();
        var zip = TestZip.Of(("python/shared.py", "x = 1"));
        var answer = await lambda.Respond("PublishLayerVersion", "shared", new()
        {
            ["Description"] = "what all need",
            ["LicenseInfo"] = "Apache-2.0",
            ["CompatibleRuntimes"] = new JsonArray("python3.12", "nodejs20.x"),
            ["CompatibleArchitectures"] = new JsonArray("arm64", "x86_64"),
            ["Content"] = new JsonObject { ["ZipFile"] = Convert.ToBase64String(zip), ["S3Bucket"] = "" },
        });
        Assert.Equal(201, answer.HttpStatus);
        var version = answer.Body!;
        Assert.Equal(LambdaFixture.LayerArn + "shared", (string?)version["LayerArn"]);
        Assert.Equal(LambdaFixture.LayerArn + "shared:1", (string?)version["LayerVersionArn"]);
        Assert.Equal((1, "what all need", "Apache-2.0"), ((long)version["Version"]!, (string?)version["Description"], (string?)version["LicenseInfo"]));
        Assert.Equal("""["python3.12","nodejs20.x"]""", version["CompatibleRuntimes"]!.ToJsonString());
        Assert.Equal("""["arm64","x86_64"]""", version["CompatibleArchitectures"]!.ToJsonString());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.678\+0000$", (string?)version["CreatedDate"]);
        var content = version["Content"]!;
        Assert.Equal(zip.Length, (long)content["CodeSize"]!);
        Assert.Equal(Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(zip)), (string?)content["CodeSha256"]);
        Assert.StartsWith("http://localhost:4566/_aloft/code/", (string?)content["Location"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_not_said_is_not_shown()
    {
        await using var lambda = await LambdaFixture.Open();
        var version = await lambda.PublishLayer();
        Assert.Equal("", (string?)version["Description"]);
        Assert.False(version.ContainsKey("LicenseInfo") || version.ContainsKey("CompatibleRuntimes") || version.ContainsKey("CompatibleArchitectures"));
    }

    [Fact]
    public async Task Numbers_rise_and_never_come_again()
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Equal(1, (long)(await lambda.PublishLayer())["Version"]!);
        Assert.Equal(2, (long)(await lambda.PublishLayer())["Version"]!);
        await lambda.Call("DeleteLayerVersion", "shared/2");
        await lambda.Call("DeleteLayerVersion", "shared/1");
        Assert.Equal(3, (long)(await lambda.PublishLayer())["Version"]!);
        Assert.Equal(1, (long)(await lambda.PublishLayer("another"))["Version"]!);
        Assert.Equal(4, (long)(await lambda.PublishLayer(LambdaFixture.LayerArn + "shared"))["Version"]!);
    }

    [Theory]
    [InlineData("S3Bucket")]
    [InlineData("S3Key")]
    [InlineData("S3ObjectVersion")]
    public async Task Code_in_S3_is_refused_by_name(string member)
    {
        await using var lambda = await LambdaFixture.Open();
        var content = new JsonObject { [member] = "there" };
        Assert.Contains(
            char.ToLowerInvariant(member[0]) + member[1..], await lambda.Invalid("PublishLayerVersion", "shared", new() { ["Content"] = content }),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_must_be_there_and_be_one()
    {
        await using var lambda = await LambdaFixture.Open();
        Assert.Contains("'content' failed", await lambda.Breaks("PublishLayerVersion", "shared", []), StringComparison.Ordinal);
        Assert.Equal(
            "Please provide a source for layer content.", await lambda.Invalid("PublishLayerVersion", "shared", new() { ["Content"] = new JsonObject() }));
        Assert.StartsWith(
            "Could not unzip uploaded file", await lambda.Invalid(
                "PublishLayerVersion", "shared", new() { ["Content"] = new JsonObject { ["ZipFile"] = Convert.ToBase64String("no zip"u8) } }),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("with space", "{}", "layerName")]
    [InlineData("shared", """{"CompatibleRuntimes":["cobol1"]}""", "compatibleRuntimes")]
    [InlineData("shared", """{"CompatibleArchitectures":["sparc"]}""", "compatibleArchitectures")]
    public async Task Constraints_of_the_model_hold(string layer, string also, string member)
    {
        await using var lambda = await LambdaFixture.Open();
        var input = LambdaFixture.NewLayer(JsonNode.Parse(also)!.AsObject(), ("a", "b"));
        Assert.Contains($"'{member}'", await lambda.Breaks("PublishLayerVersion", layer, input), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_whose_versions_no_function_could_name_is_refused()
    {
        await using var lambda = await LambdaFixture.Open();
        var room = 140 - 8 - LambdaFixture.LayerArn.Length;
        await lambda.PublishLayer(new string('n', room));
        Assert.Contains("'layerName'", await lambda.Breaks(
            "PublishLayerVersion", new string('n', room + 1), LambdaFixture.NewLayer(null, ("a", "b"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_publishes_for_another_account()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Fails(
            "AccessDeniedException", 403, "PublishLayerVersion", $"arn:aws:lambda:{LambdaFixture.Region}:999900001111:layer:theirs",
            LambdaFixture.NewLayer(null, ("a", "b")));
    }

    [Fact]
    public async Task Layers_count_as_code_of_the_account()
    {
        await using var lambda = await LambdaFixture.Open();
        var size = (long)(await lambda.PublishLayer())["Content"]!["CodeSize"]!;
        Assert.Equal(size, (long)(await lambda.Call("GetAccountSettings"))["AccountUsage"]!["TotalCodeSize"]!);
        await lambda.Call("DeleteLayerVersion", "shared/1");
        Assert.Equal(0, (long)(await lambda.Call("GetAccountSettings"))["AccountUsage"]!["TotalCodeSize"]!);
    }
}
