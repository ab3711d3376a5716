using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace Aloft.Tests.Cli;

public sealed class DevVerbTests : IAsyncLifetime
{
    const string Begin = "PUT /_aloft/dev/f";
    const string Change = "POST /_aloft/dev/f/s1";
    const string Live = """{"session":"s1","restartedFor":null,"sandboxes":[{"id":"node-1","state":"live","error":null}]}""";

    readonly CommandRun command = new();
    StubNode node = null!;

    public async Task InitializeAsync()
    {
        node = await StubNode.Start();
        command.Environment["AWS_ENDPOINT_URL"] = node.Address;
        node.Answer("GET /_aloft/runtimes", 200, """{"runtimes":[{"language":"node","version":"20.20.2"},{"language":"python","version":"3.11.2"}]}""");
        node.HasNot("f").Has("f", ("Handler", "f.handler"), ("Runtime", "nodejs20.x"));
        node.Answer("POST /2015-03-31/functions", 201, StubNode.Function("f").ToJsonString());
        node.Answer("PUT /2015-03-31/functions/f/code", 200, StubNode.Function("f").ToJsonString());
        node.Answer("PUT /2015-03-31/functions/f/configuration", 200, StubNode.Function("f").ToJsonString());
        node.Answer("POST /", 200, """{"events":[]}""");
        node.Answer("DELETE /_aloft/dev/f/s1", 200, "{}");
        node.Answer(Change, 200, Live);
    }

    public async Task DisposeAsync()
    {
        await node.DisposeAsync();
        command.Dispose();
    }

    void Begins() => node.Answer(Begin, 200, """{"session":"s1","sandboxes":[{"id":"node-1","state":"new","error":null}]}""");

    [Fact]
    public async Task A_save_is_sent_and_told_and_what_is_live_is_deployed_in_the_end()
    {
        Begins();
        command.Write("f.js", "one");
        var run = command.Run("dev", "f.js");
        await Asked(Begin);
        command.Write("f.js", "two");
        await command.Told("(sandbox node-1, kept)");
        await command.Interrupt();
        var finished = await run;

        Assert.Equal(0, finished.ExitCode);
        var sent = Requests(Change)[^1].Json;
        Assert.Equal("f.js", (string?)sent["changed"]![0]!["path"]);
        Assert.Equal("two", Encoding.UTF8.GetString(Convert.FromBase64String((string)sent["changed"]![0]!["content"]!)));
        Assert.Matches(@"f\.js  live in \d+ ms \(sandbox node-1, kept\)", finished.Output);
        Assert.Equal("two", Deployed(Requests("PUT /2015-03-31/functions/f/code")[^1]));
        Assert.Contains("deployed f: what was live stays.", finished.Error, StringComparison.Ordinal);
        Assert.Single(Requests("DELETE /_aloft/dev/f/s1"));
    }

    [Fact]
    public async Task An_error_is_told_with_its_place_and_code_that_cannot_be_loaded_is_not_deployed()
    {
        Begins();
        command.Write("f.js", "one");
        node.Answer(Change, 200, """
            {"session":"s1","sandboxes":[{"id":"node-1","state":"live","error":
              {"errorType":"Runtime.UserCodeSyntaxError","errorMessage":"SyntaxError: Unexpected token","trace":["Runtime.UserCodeSyntaxError: x","/var/task/f.js:3"]}}]}
            """.ReplaceLineEndings(""));
        var run = command.Run("dev", "f.js");
        await Asked(Begin);
        command.Write("f.js", "two");
        await Asked(Change);
        command.Write("f.js", "three"); // the second answer of the stub is the error, and stays
        await Asked(Change, 2);
        await command.Interrupt();
        var finished = await run;
        Assert.Contains("f.js  Runtime.UserCodeSyntaxError: SyntaxError: Unexpected token (sandbox node-1, kept)\n    f.js:3\n", finished.Output, StringComparison.Ordinal);
        Assert.Contains("not deployed", finished.Error, StringComparison.Ordinal);
        Assert.Empty(Requests("PUT /2015-03-31/functions/f/code"));
    }

    [Fact]
    public async Task Code_that_cannot_be_reloaded_in_place_is_deployed_at_each_save()
    {
        node.Refuse(Begin, 400, "UnsupportedRuntimeException", "Code cannot be reloaded in place: a process keeps it.");
        command.Write("f.js", "one");
        var run = command.Run("dev", "f.js");
        await Asked(Begin);
        command.Write("f.js", "two");
        await command.Told("(new sandbox)");
        await command.Interrupt();
        var finished = await run;
        Assert.Contains("each save is deployed, and runs in a new sandbox: Code cannot be reloaded in place: a process keeps it.", finished.Error, StringComparison.Ordinal);
        Assert.Contains("(new sandbox)", finished.Output, StringComparison.Ordinal);
        Assert.Equal("two", Deployed(Requests("PUT /2015-03-31/functions/f/code")[0]));
    }

    [Fact]
    public async Task A_node_that_has_lost_the_session_gets_another()
    {
        Begins();
        command.Write("f.js", "one");
        var run = command.Run("dev", "f.js");
        await Asked(Begin);
        node.Refuse("POST /_aloft/dev/f/s1", 404, "ResourceNotFoundException", "This session is over.");
        command.Write("f.js", "two");
        await Asked(Change);
        command.Write("f.js", "three");
        await command.Told("the node is there; what is saved is live.");
        await command.Interrupt();
        var finished = await run;
        Assert.Contains("begun anew", finished.Error, StringComparison.Ordinal);
        Assert.Equal("three", Deployed(Requests("PUT /2015-03-31/functions/f/code")[0]));
    }

    [Fact]
    public async Task Somebody_elses_session_ends_this_one_without_a_word_to_the_function()
    {
        Begins();
        command.Write("f.js", "one");
        var run = command.Run("dev", "f.js");
        await Asked(Begin);
        node.Refuse(Change, 409, "DevelopmentTakenOverException", "Somebody else develops it.");
        command.Write("f.js", "two");
        await Asked(Change);
        command.Write("f.js", "three");
        var finished = await run;
        Assert.Equal(ExitCode.Refused, finished.ExitCode);
        Assert.Empty(Requests("PUT /2015-03-31/functions/f/code"));
    }

    [Fact]
    public async Task In_a_folder_only_what_is_packed_counts_a_build_runs_first_and_a_new_manifest_deploys()
    {
        Begins();
        command.Write("f/aloft.json", """{"name":"f","build":"cp src.txt made.txt","handler":"index.handler"}""");
        command.Write("f/index.js", "code");
        command.Write("f/old.js", "old");
        command.Write("f/src.txt", "one");
        var run = command.Run("dev", "f", "--inspect=9333");
        await Asked(Begin);
        Assert.Equal(9333, (int)Requests(Begin)[0].Json["inspectPort"]!);
        command.Write("f/.git/index", "skipped");
        command.Write("f/src.txt", "two");
        await Asked(Change);
        Assert.Equal(["made.txt", "src.txt"], Requests(Change)[0].Json["changed"]!.AsArray().Select(file => (string?)file!["path"]));
        File.Delete(Path.Combine(command.Folder, "f/old.js"));
        await Eventually.True(() => Requests(Change).Any(request => request.Json["removed"]!.AsArray().Count == 1), "the removal is told");
        command.Write("f/aloft.json", """{"name":"f","build":"true","handler":"index.handler","memory":512}""");
        await Asked("PUT /2015-03-31/functions/f/configuration");
        await Eventually.True(() => Requests(Begin).Count() == 2, "a session begins with the new configuration");
        await command.Interrupt();
        Assert.Equal(0, (await run).ExitCode);
    }

    [Theory]
    [InlineData("dev", "absent")]
    [InlineData("dev", "f.js", "--inspect", "nowhere")]
    [InlineData("dev", "f.js", "--inspect=0")]
    public async Task Wrong_use_ends_with_2(params string[] arguments)
    {
        command.Write("f.js", "one");
        Assert.Equal(ExitCode.Usage, (await command.Run(arguments)).ExitCode);
    }

    List<StubRequest> Requests(string route) => [.. node.Requests.Where(request => request.Route == route)];

    Task Asked(string route, int times = 1) => Eventually.True(() => Requests(route).Count >= times, $"{route} is asked for, {times}");

    static string Deployed(StubRequest update)
    {
        using var zip = new ZipArchive(new MemoryStream(Convert.FromBase64String((string)update.Json["ZipFile"]!)));
        using var reader = new StreamReader(zip.Entries[0].Open());
        return reader.ReadToEnd();
    }
}
