using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Lambda;

public sealed class PutRuntimeManagementConfigTests
{
    const string Operation = "PutRuntimeManagementConfig";
    const string Node20 = $"arn:aws:lambda:{LambdaFixture.Region}::runtime:nodejs-20.20.2";

    static JsonObject Manual(string arn = Node20) => new() { ["UpdateRuntimeOn"] = "Manual", ["RuntimeVersionArn"] = arn };

    [Fact]
    public async Task Each_mode_holds_until_it_is_changed_and_only_Manual_shows_a_version()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        foreach (var (mode, arn) in new[] { ("Manual", Node20), ("FunctionUpdate", null), ("Auto", null) })
        {
            var input = arn is null ? new() { ["UpdateRuntimeOn"] = mode } : Manual(arn);
            var expected = new JsonObject { ["UpdateRuntimeOn"] = mode, ["FunctionArn"] = $"{LambdaFixture.Arn}hello:$LATEST" };
            if (arn is not null)
                expected["RuntimeVersionArn"] = arn;
            Assert.Equal(expected.ToJsonString(), (await lambda.Call(Operation, "hello", input)).ToJsonString());
            Assert.Equal(expected.ToJsonString(), (await lambda.Call("GetRuntimeManagementConfig", "hello")).ToJsonString());
        }
    }

    [Fact]
    public async Task It_belongs_to_one_version()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.CreateTwoVersions();
        await lambda.Call("CreateAlias", "hello", new() { ["Name"] = "live", ["FunctionVersion"] = "1" });

        Assert.Equal($"{LambdaFixture.Arn}hello:1", (string)(await lambda.Call(Operation, "hello", Manual(), "Qualifier=1"))["FunctionArn"]!);
        Assert.Equal("Manual", (string)(await lambda.Call("GetRuntimeManagementConfig", "hello", query: "Qualifier=1"))["UpdateRuntimeOn"]!);
        Assert.Equal("Auto", (string)(await lambda.Call("GetRuntimeManagementConfig", "hello", query: "Qualifier=2"))["UpdateRuntimeOn"]!);
        Assert.Equal("Auto", (string)(await lambda.Call("GetRuntimeManagementConfig", "hello"))["UpdateRuntimeOn"]!);
        Assert.Contains("live is an alias", await lambda.Invalid(Operation, "hello", Manual(), "Qualifier=live"));
    }

    [Fact]
    public async Task A_published_version_begins_with_that_of_LATEST_and_is_not_published_for_it_alone()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create(also: new() { ["Publish"] = true });
        await lambda.Call(Operation, "hello", Manual());
        Assert.Equal("1", (string)(await lambda.Call("PublishVersion", "hello", []))["Version"]!);
        Assert.Equal("2", await lambda.Publish("exports.handler = async () => 2"));
        Assert.Equal("Manual", (string)(await lambda.Call("GetRuntimeManagementConfig", "hello", query: "Qualifier=2"))["UpdateRuntimeOn"]!);
    }

    [Fact]
    public async Task It_is_durable_and_brings_new_instances()
    {
        await using var lambda = await LambdaFixture.Open();
        var before = (string)(await lambda.Create())["RevisionId"]!;
        await lambda.Call(Operation, "hello", Manual());
        var read = await lambda.Registry.Find(new(LambdaFixture.Account, LambdaFixture.Region, "hello"), null, default);
        Assert.Equal(new RuntimeUpdates(RuntimeUpdateMode.Manual, "nodejs-20.20.2"), read!.RuntimeUpdates);
        Assert.NotEqual(before, read.RevisionId);
    }

    [Fact]
    public async Task The_version_is_one_that_is_installed_and_runs_the_function()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        Assert.Contains("is required", await lambda.Invalid(Operation, "hello", new() { ["UpdateRuntimeOn"] = "Manual" }));
        Assert.Contains(Node20, await lambda.Invalid(Operation, "hello", Manual($"arn:aws:lambda:{LambdaFixture.Region}::runtime:07a48df2")));
        await lambda.Invalid(Operation, "hello", Manual("arn:aws:lambda:mx-central-1::runtime:nodejs-20.20.2"));
        Assert.Contains("Manual", await lambda.Invalid(Operation, "hello", new() { ["UpdateRuntimeOn"] = "Auto", ["RuntimeVersionArn"] = Node20 }));
        await lambda.Breaks(Operation, "hello", Manual("arn:aws:lambda:eu-central-1:1:runtime:nodejs-20.20.2"));
        await lambda.Breaks(Operation, "hello", []);
        await lambda.Breaks(Operation, "hello", new() { ["UpdateRuntimeOn"] = "Never" });
        await lambda.NotFound(Operation, "none", new() { ["UpdateRuntimeOn"] = "Auto" });
        await lambda.NotFound(Operation, "hello", new() { ["UpdateRuntimeOn"] = "Auto" }, "Qualifier=7");
    }

    static readonly InstalledRuntime Old = new(Language.Node, new(20, 1, 0), "/old/node"), New = new(Language.Node, new(20, 2, 0), "/new/node");

    [Theory]
    [InlineData(RuntimeUpdateMode.Auto, null, "nodejs-20.2.0")]
    [InlineData(RuntimeUpdateMode.Manual, "nodejs-20.1.0", "nodejs-20.1.0")]
    [InlineData(RuntimeUpdateMode.Manual, "nodejs-20.0.0", null)]
    [InlineData(RuntimeUpdateMode.FunctionUpdate, "nodejs-20.1.0", "nodejs-20.1.0")]
    [InlineData(RuntimeUpdateMode.FunctionUpdate, "nodejs-20.0.0", "nodejs-20.2.0")]
    public async Task What_runs_is_what_was_chosen(RuntimeUpdateMode mode, string? pinned, string? runs)
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var function = await lambda.Registry.Find(new(LambdaFixture.Account, LambdaFixture.Region, "hello"), null, default);
        var catalog = new RuntimeCatalog([Old, New], strict: false);
        Assert.Equal(runs, catalog.Resolve(function! with { RuntimeUpdates = new(mode, pinned) })?.Id);
    }

    [Fact]
    public async Task FunctionUpdate_goes_over_to_the_newest_when_the_function_changes()
    {
        await using var lambda = await LambdaFixture.Open();
        await lambda.Create();
        var function = await lambda.Registry.Find(new(LambdaFixture.Account, LambdaFixture.Region, "hello"), null, default);
        var older = function! with { RuntimeUpdates = new(RuntimeUpdateMode.FunctionUpdate, "nodejs-20.1.0") };
        Assert.Equal("nodejs-20.2.0", older.OnBestRuntime(new([Old, New], strict: false)).RuntimeUpdates.Pinned);
        Assert.Equal(RuntimeUpdates.Auto, function.OnBestRuntime(new([Old, New], strict: false)).RuntimeUpdates);
    }
}
