using System.Text.Json.Nodes;
using Aloft.Tests.Functions.Code;
using Aloft.Tests.Functions.Registry;
using static Aloft.Tests.Storage.TestDatabase;

namespace Aloft.Tests.Lambda;

public sealed class UpdateFunctionCodeTests
{
    static readonly byte[] NewZip = TestZip.Of(("index.js", "exports.handler = async () => 2"));
    static readonly string NewSha = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(NewZip));

    [Fact]
    public async Task New_code_is_a_new_revision_that_becomes_successful()
    {
        await using var lambda = await LambdaFixture.Open();
        var created = await lambda.Create();
        lambda.Time.Advance(TimeSpan.FromMinutes(1));
        var updated = await lambda.Call("UpdateFunctionCode", "hello", Code());
        Assert.Equal((NewSha, (long)NewZip.Length, "InProgress"), ((string?)updated["CodeSha256"], (long)updated["CodeSize"]!, (string?)updated["LastUpdateStatus"]));
        Assert.Equal("2026-01-02T03:05:05.678+0000", (string?)updated["LastModified"]);
        Assert.NotEqual((string?)created["RevisionId"], (string?)updated["RevisionId"]);

        await lambda.Settled();
        var now = await lambda.Call("GetFunctionConfiguration", "hello");
        Assert.Equal(("Successful", NewSha), ((string?)now["LastUpdateStatus"], (string?)now["CodeSha256"]));
        Assert.Equal((string?)updated["RevisionId"], (string?)now["RevisionId"]);
    }

    [Fact]
    public async Task With_Publish_the_answer_is_the_version_that_the_code_became()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var published = await lambda.Call("UpdateFunctionCode", "hello", Code(new() { ["Publish"] = true }));
        Assert.Equal(("1", LambdaFixture.Arn + "hello:1"), ((string?)published["Version"], (string?)published["FunctionArn"]));
        Assert.Equal(NewSha, (string?)published["CodeSha256"]);
        Assert.Equal(("Pending", "Creating"), ((string?)published["State"], (string?)published["StateReasonCode"]));
        Assert.False(published.ContainsKey("LastUpdateStatus"));
        await Eventually.True(
            async () => (string?)(await lambda.Call("GetFunctionConfiguration", "hello:1"))["State"] == "Active", "version 1 is active");
        await lambda.Settled();
        Assert.Equal("1", (string?)(await lambda.Call("UpdateFunctionCode", "hello", Code(new() { ["Publish"] = true })))["Version"]);
        Assert.Equal(NewSha, (string?)(await lambda.Call("GetFunctionConfiguration", "hello"))["CodeSha256"]);
    }

    [Fact]
    public async Task A_dry_run_checks_and_changes_nothing()
    {
        await using var lambda = await LambdaFixture.Open();
        var created = await lambda.Create();
        var dry = await lambda.Call("UpdateFunctionCode", "hello", Code(new() { ["DryRun"] = true }));
        Assert.Equal(NewSha, (string?)dry["CodeSha256"]);
        Assert.Equal((string?)created["CodeSha256"], (string?)(await lambda.Call("GetFunctionConfiguration", "hello"))["CodeSha256"]);
        Assert.Null(await lambda.Parts.Code.FindZip(Convert.ToHexStringLower(Convert.FromBase64String(NewSha)), Forever));
        await lambda.Invalid("UpdateFunctionCode", "hello", new() { ["ZipFile"] = "AAAA", ["DryRun"] = true });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_old_revision_fails_the_precondition(bool dryRun)
    {
        await using var lambda = await LambdaFixture.Open();
        var created = await lambda.Create();
        Assert.Equal(
            "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
            await lambda.Fails("PreconditionFailedException", 412, "UpdateFunctionCode", "hello", Code(new() { ["RevisionId"] = "old", ["DryRun"] = dryRun })));
        await lambda.Call("UpdateFunctionCode", "hello", Code(new() { ["RevisionId"] = (string?)created["RevisionId"], ["DryRun"] = dryRun }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_update_in_progress_is_a_conflict(bool dryRun)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Parts.Leave(RegistryFixture.Updating());
        Assert.Equal(
            $"The operation cannot be performed at this time. An update is in progress for resource: {LambdaFixture.Arn}hello",
            await lambda.Fails("ResourceConflictException", 409, "UpdateFunctionCode", "hello", Code(new() { ["DryRun"] = dryRun })));
    }

    [Theory]
    [InlineData("S3Bucket", "\"b\"", "s3Bucket")]
    [InlineData("ImageUri", "\"i\"", "imageUri")]
    [InlineData("PublishTo", "\"LATEST_PUBLISHED\"", "PublishTo")]
    public async Task What_is_not_honoured_is_refused_by_name(string member, string value, string named)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.StartsWith($"The parameter {named} is not supported", await lambda.Invalid("UpdateFunctionCode", "hello", Code(new() { [member] = JsonNode.Parse(value) })),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_code_and_another_architecture_are_refused()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Equal("Please provide a source for function code.", await lambda.Invalid("UpdateFunctionCode", "hello", []));
        await lambda.Invalid("UpdateFunctionCode", "hello", new() { ["ZipFile"] = "AAAA" });
        await lambda.Invalid("UpdateFunctionCode", "hello", Code(new() { ["Architectures"] = new JsonArray("arm64") }));
        await lambda.Call("UpdateFunctionCode", "hello", Code(new() { ["Architectures"] = new JsonArray("x86_64") }));
    }

    [Fact]
    public async Task What_is_not_there_cannot_be_updated()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.NotFound("UpdateFunctionCode", "none", Code());
        await lambda.Create();
        await lambda.Invalid("UpdateFunctionCode", "hello:live", Code());
    }

    static JsonObject Code(JsonObject? also = null)
    {
        var input = new JsonObject { ["ZipFile"] = Convert.ToBase64String(NewZip) };
        foreach (var (member, value) in also ?? [])
            input[member] = value?.DeepClone();
        return input;
    }
}
