using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Aloft.Tests.Cli;

public sealed class DeployVerbTests : IAsyncLifetime
{
    const string Code = "exports.handler = async () => 1;";

    readonly CommandRun command = new();
    StubNode node = null!;

    public async Task InitializeAsync()
    {
        node = await StubNode.Start();
        command.Environment["AWS_ENDPOINT_URL"] = node.Address;
        node.Answer("GET /_aloft/runtimes", 200, """{"runtimes":[{"language":"node","version":"20.20.2"},{"language":"python","version":"3.11.2"}]}""");
        node.Answer("POST /2015-03-31/functions", 201, StubNode.Function("f").ToJsonString());
        node.Answer("PUT /2015-03-31/functions/f/code", 200, StubNode.Function("f").ToJsonString());
        node.Answer("PUT /2015-03-31/functions/f/configuration", 200, StubNode.Function("f").ToJsonString());
    }

    public async Task DisposeAsync()
    {
        await node.DisposeAsync();
        command.Dispose();
    }

    [Fact]
    public async Task New_function_is_created_with_what_the_source_and_the_node_tell_and_waited_for()
    {
        node.HasNot("f").Has("f", ("State", "Pending")).Has("f");
        command.Write("f.js", Code);
        var run = await command.Run("deploy", "f.js");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("created f", run.Output, StringComparison.Ordinal);
        var input = Sent("POST /2015-03-31/functions").Json;
        Assert.Equal(("f", "nodejs20.x", "f.handler"), ((string?)input["FunctionName"], (string?)input["Runtime"], (string?)input["Handler"]));
        Assert.Equal("arn:aws:iam::000000000000:role/aloft-function", (string?)input["Role"]);
        Assert.Equal(["f.js"], Entries(input["Code"]!["ZipFile"]!));
        Assert.Equal(3, node.Requests.Count(request => request.Route.EndsWith("/configuration", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Equal_code_and_settings_change_nothing()
    {
        var path = command.Write("f.js", Code);
        var zip = Packaging.PackageZip.Pack([new("f.js", path, IsExecutable: false)]);
        node.Has("f", ("Handler", "f.handler"), ("CodeSha256", Convert.ToBase64String(SHA256.HashData(zip))));
        var run = await command.Run("deploy", "f.js");
        Assert.Equal((0, "unchanged f (nodejs18.x, runs on nodejs 20.20.2)\n"), (run.ExitCode, run.Output));
        Assert.DoesNotContain(node.Requests, request => request.Route.StartsWith("PUT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Update_shows_and_sends_only_what_changes()
    {
        node.Has("f", ("Handler", "f.handler"), ("CodeSha256", "old"));
        command.Write("f.js", Code);
        var run = await command.Run("deploy", "f.js", "--memory", "256", "--output", "json");

        var result = JsonNode.Parse(run.Output)!;
        Assert.Equal("updated", (string?)result["result"]);
        Assert.Equal(["code", "memory"], result["changes"]!.AsArray().Select(change => (string?)change!["what"]));
        Assert.Equal("128 MB", (string?)result["changes"]![1]!["before"]);
        var input = Sent("PUT /2015-03-31/functions/f/configuration").Json;
        Assert.Equal(256, (int)input["MemorySize"]!);
        Assert.False(input.ContainsKey("Timeout"));
        Assert.Equal(["f.js"], Entries(Sent("PUT /2015-03-31/functions/f/code").Json["ZipFile"]!));
    }

    [Fact]
    public async Task Folder_is_built_and_its_manifest_goes_before_what_it_looks_like_and_after_options()
    {
        node.HasNot("f").Has("f");
        command.Write("src/aloft.json", """{"name":"f","runtime":"python","handler":"m.h","memory":512,"timeout":7,"environment":{"A":"1","B":"1"},"build":"echo built > made.txt"}""");
        command.Write("src/index.js", Code);
        var run = await command.Run("deploy", "src", "--timeout", "9", "--env", "B=2");

        Assert.Equal(0, run.ExitCode);
        var input = Sent("POST /2015-03-31/functions").Json;
        Assert.Equal(
            ("python3.11", "m.h", 512, 9), ((string?)input["Runtime"], (string?)input["Handler"], (int)input["MemorySize"]!, (int)input["Timeout"]!));
        Assert.Equal("""{"A":"1","B":"2"}""", input["Environment"]!["Variables"]!.ToJsonString());
        Assert.Equal(["index.js", "made.txt"], Entries(input["Code"]!["ZipFile"]!));
    }

    [Fact]
    public async Task Build_that_fails_ends_with_1_and_deploys_nothing()
    {
        node.HasNot("f");
        command.Write("f/aloft.json", """{"build":"echo no such package; exit 3"}""");
        command.Write("f/index.js", Code);
        var run = await command.Run("deploy", "f");
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains("no such package", run.Error, StringComparison.Ordinal);
        Assert.Contains("exit code 3", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(node.Requests, request => request.Route.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Function_that_cannot_become_active_ends_with_1_and_its_reason()
    {
        node.HasNot("f").Has("f", ("State", "Failed"), ("StateReason", "the code is broken"));
        command.Write("f.js", Code);
        var run = await command.Run("deploy", "f.js");
        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains("the code is broken", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Url_is_made_once_and_printed()
    {
        node.HasNot("f").Has("f").Refuse("GET /2021-10-31/functions/f/url", 404, "ResourceNotFoundException", "none");
        node.Answer("POST /2021-10-31/functions/f/url", 201, """{"FunctionUrl":"http://abc.lambda-url.localhost/"}""");
        command.Write("f.js", Code);
        var run = await command.Run("deploy", "f.js", "--url");
        Assert.EndsWith("http://abc.lambda-url.localhost/\n", run.Output, StringComparison.Ordinal);
        Assert.Equal("NONE", (string?)Sent("POST /2021-10-31/functions/f/url").Json["AuthType"]);
    }

    StubRequest Sent(string route) => Assert.Single(node.Requests, request => request.Route == route);

    static IEnumerable<string> Entries(JsonNode zip)
    {
        using var archive = new ZipArchive(new MemoryStream(Convert.FromBase64String((string)zip!)));
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }
}
