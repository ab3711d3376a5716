using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Registry;
using Aloft.Tests.Functions.Registry;

namespace Aloft.Tests.Lambda;

public sealed class UpdateFunctionConfigurationTests
{
    [Fact]
    public async Task Only_what_is_sent_changes()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new()
        {
            ["Description"] = "old", ["MemorySize"] = 256,
            ["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["OLD"] = "1" } },
        });
        var before = await lambda.Call("GetFunctionConfiguration", "hello");
        var updated = await lambda.Call("UpdateFunctionConfiguration", "hello", new() { ["Timeout"] = 60 });
        Assert.Equal(("InProgress", "The function is being updated."), ((string?)updated["LastUpdateStatus"], (string?)updated["LastUpdateStatusReason"]));
        await lambda.Settled();

        var after = await lambda.Call("GetFunctionConfiguration", "hello");
        Assert.NotEqual((string?)before["RevisionId"], (string?)after["RevisionId"]);
        before["Timeout"] = 60;
        before["RevisionId"] = after["RevisionId"]!.DeepClone();
        Assert.True(JsonNode.DeepEquals(before, after), after.ToString());
    }

    [Fact]
    public async Task Everything_can_change()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new() { ["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["OLD"] = "1" } } });
        await lambda.Call("UpdateFunctionConfiguration", "hello", new()
        {
            ["Runtime"] = "provided.al2023", ["Handler"] = "other", ["Role"] = "arn:aws:iam::111122223333:role/new", ["Description"] = "new",
            ["MemorySize"] = 512, ["EphemeralStorage"] = new JsonObject { ["Size"] = 1_024 }, ["TracingConfig"] = new JsonObject { ["Mode"] = "Active" },
            ["LoggingConfig"] = new JsonObject { ["LogFormat"] = "Text", ["LogGroup"] = "/g" },
            ["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["NEW"] = "2" } },
        });
        var now = await lambda.Call("GetFunctionConfiguration", "hello");
        Assert.Equal(("provided.al2023", "other", "arn:aws:iam::111122223333:role/new", "new"),
            ((string?)now["Runtime"], (string?)now["Handler"], (string?)now["Role"], (string?)now["Description"]));
        Assert.Equal((512, 1_024, "Active", "/g"),
            ((int)now["MemorySize"]!, (int)now["EphemeralStorage"]!["Size"]!, (string?)now["TracingConfig"]!["Mode"], (string?)now["LoggingConfig"]!["LogGroup"]));
        Assert.Equal("""{"NEW":"2"}""", now["Environment"]!["Variables"]!.ToJsonString());
    }

    [Fact]
    public async Task An_environment_without_variables_empties_it()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new() { ["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["OLD"] = "1" } } });
        Assert.False((await lambda.Call("UpdateFunctionConfiguration", "hello", new() { ["Environment"] = new JsonObject() })).ContainsKey("Environment"));
    }

    [Fact]
    public async Task Revision_state_and_name_are_checked()
    {
        await using var lambda = await LambdaFixture.Open();
        var created = await lambda.Create();
        await lambda.Fails("PreconditionFailedException", 412, "UpdateFunctionConfiguration", "hello", new() { ["RevisionId"] = "old" });
        await lambda.Call("UpdateFunctionConfiguration", "hello", new() { ["RevisionId"] = (string?)created["RevisionId"] });
        await lambda.NotFound("UpdateFunctionConfiguration", "none", []);
        await lambda.Invalid("UpdateFunctionConfiguration", "hello:live", []);
        await lambda.Parts.Leave(RegistryFixture.Sample("busy") with { State = FunctionState.Pending });
        await lambda.Fails("ResourceConflictException", 409, "UpdateFunctionConfiguration", "busy", []);
    }

    [Theory]
    [InlineData("Runtime", "\"java21\"")]
    [InlineData("SnapStart", """{"ApplyOn": "PublishedVersions"}""")]
    [InlineData("Environment", """{"Variables": {"AWS_REGION": "x"}}""")]
    [InlineData("Code", "{}")]
    public async Task What_is_not_honoured_is_refused(string member, string value)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Invalid("UpdateFunctionConfiguration", "hello", new() { [member] = JsonNode.Parse(value) });
    }

    [Fact]
    public async Task The_models_constraints_hold()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        await lambda.Breaks("UpdateFunctionConfiguration", "hello", new() { ["Timeout"] = 901 });
        await lambda.Breaks("UpdateFunctionConfiguration", "hello", new() { ["Role"] = "x" });
    }
}
