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
        await command.Told("    f.js:3");
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

    [Fact]
    public async Task What_is_not_packed_and_what_a_build_writes_is_no_save_also_where_each_save_is_deployed()
    {
        node.Refuse(Begin, 400, "UnsupportedRuntimeException", "Code cannot be reloaded in place: a process keeps it.");
        command.Write("f/aloft.json", """{"name":"f","build":"echo >> ../builds; cp src.txt made.txt; ! grep bad src.txt"}""");
        command.Write("f/bootstrap", "#!/bin/sh", executable: true);
        command.Write("f/src.txt", "one");
        var run = command.Run("dev", "f");
        await command.Told("watching");
        command.Write("f/.git/index", "skipped");
        command.Save("f/src.txt", "bad");
        await command.Told("failed with exit code 1");
        command.Save("f/src.txt", "two");
        await command.Told("(new sandbox)");
        await command.Interrupt();
        Assert.Matches(@"\nsrc\.txt  deployed in", (await run).Output);
        Assert.Equal(3, (await File.ReadAllLinesAsync(Path.Combine(command.Folder, "builds"))).Length);
    }

    [Fact]
    public async Task What_a_failed_build_wrote_is_no_save()
    {
        Begins();
        command.Write("f/aloft.json", """{"name":"f","handler":"index.handler","build":"echo >> ../builds; cp src.txt made.txt; ! grep bad src.txt"}""");
        command.Write("f/index.js", "code");
        command.Write("f/src.txt", "one");
        var run = command.Run("dev", "f");
        await command.Told("watching");
        command.Save("f/src.txt", "bad");
        await command.Told("failed with exit code 1");
        await Stir();
        command.Save("f/src.txt", "two");
        await command.Told("(sandbox node-1, kept)");
        var builds = (await File.ReadAllLinesAsync(Path.Combine(command.Folder, "builds"))).Length;
        await command.Interrupt();
        await run;
        Assert.Equal(["made.txt", "src.txt"], Changed(Assert.Single(Requests(Change))));
        Assert.Equal(3, builds);
    }

    [Fact]
    public async Task A_save_that_the_node_refuses_is_sent_with_the_next()
    {
        Begins();
        node.Refuse(Change, 503, "ServiceUnavailable", "No sandbox was ready."); // the first answer is that it is live
        node.Answer(Change, 200, Live);
        command.Write("f/index.js", "one");
        command.Write("f/a.js", "one");
        command.Write("f/b.js", "one");
        var run = command.Run("dev", "f");
        await command.Told("watching");
        command.Save("f/index.js", "two");
        await Asked(Change);
        command.Save("f/a.js", "two");
        await command.Told("No sandbox was ready.");
        command.Save("f/b.js", "two");
        await Asked(Change, 3);
        await command.Interrupt();
        Assert.Equal(0, (await run).ExitCode);
        Assert.Equal(["a.js", "b.js"], Changed(Requests(Change)[^1]));
    }

    [Fact]
    public async Task A_save_is_not_forgotten_over_another_that_is_being_written()
    {
        Begins();
        command.Write("f/index.js", "one");
        command.Write("f/a.js", "one");
        var run = command.Run("dev", "f");
        await command.Told("watching");
        command.Save("f/index.js", "two");
        command.Write("f/a.js", ""); // its writer has emptied it, and goes on
        await Stir(); // while anything happens it is waited for
        command.Write("f/a.js", "two");
        await Eventually.True(() => Requests(Change).SelectMany(Changed).Distinct().Count() == 2, "both are sent");
        await command.Interrupt();
        Assert.Equal(0, (await run).ExitCode);
    }

    [Fact]
    public async Task A_configuration_that_is_refused_is_tried_again_with_the_next_save()
    {
        Begins();
        const string configuration = "PUT /2015-03-31/functions/g/configuration";
        node.HasNot("g").Has("g");
        node.Refuse(configuration, 400, "InvalidParameterValueException", "memory");
        node.Answer(configuration, 200, StubNode.Function("g").ToJsonString());
        node.Answer("PUT /2015-03-31/functions/g/code", 200, StubNode.Function("g").ToJsonString());
        node.Answer("PUT /_aloft/dev/g", 200, """{"session":"s1","sandboxes":[]}""");
        node.Answer("POST /_aloft/dev/g/s1", 200, Live);
        command.Write("g/aloft.json", """{"name":"g"}""");
        command.Write("g/index.js", "one");
        var run = command.Run("dev", "g");
        await command.Told("watching");
        command.Save("g/aloft.json", """{"name":"g","memory":1}""");
        await command.Told("InvalidParameterValueException");
        command.Save("g/other.js", "two");
        await Asked("PUT /_aloft/dev/g", 2);
        Assert.Equal(2, Requests(configuration).Count);
        await command.Interrupt();
        await run;
    }

    [Fact]
    public async Task A_session_is_renewed_during_a_long_build()
    {
        Begins();
        const string renewal = "GET /_aloft/dev/f/s1";
        node.Answer(renewal, 200, """{"session":"s1"}""");
        var time = new FakeTime();
        command.Clock = time;
        command.Write("f/aloft.json", """{"name":"f","handler":"index.handler","build":"if grep two src.txt; then touch ../began; while ! test -e ../go; do sleep 0.01; done; fi"}""");
        command.Write("f/index.js", "code");
        command.Write("f/src.txt", "one");
        var run = command.Run("dev", "f");
        await command.Told("watching");
        command.Save("f/src.txt", "two");
        await Advancing(() => File.Exists(Path.Combine(command.Folder, "began")), TimeSpan.FromMilliseconds(10));
        var before = Requests(renewal).Count;
        await Advancing(() => Requests(renewal).Count > before, TimeSpan.FromSeconds(1));
        command.Write("go", "");
        await Advancing(() => Requests(Change).Count > 0, TimeSpan.FromMilliseconds(10));
        await command.Interrupt();
        Assert.Equal(0, (await run).ExitCode);

        Task Advancing(Func<bool> until, TimeSpan step) => Eventually.True(
            () =>
            {
                time.Advance(step);
                return until();
            },
            "the build goes on");
    }

    [Fact]
    public async Task A_session_that_is_over_in_the_end_leaves_what_was_saved_deployed()
    {
        Begins();
        node.Refuse(Change, 503, "ServiceUnavailable", "No sandbox was ready.");
        node.Refuse(Change, 404, "ResourceNotFoundException", "This session is over.");
        command.Write("f.js", "one");
        var run = command.Run("dev", "f.js");
        await command.Told("watching");
        command.Save("f.js", "two");
        await Asked(Change);
        command.Save("f.js", "three");
        await command.Told("No sandbox was ready.");
        await command.Interrupt();
        Assert.Equal(0, (await run).ExitCode);
        Assert.Equal("three", Deployed(Requests("PUT /2015-03-31/functions/f/code")[^1]));
    }

    [Fact]
    public async Task A_handler_without_a_dot_is_no_obstacle()
    {
        Begins();
        node.Has("f", ("Handler", "all"), ("Runtime", "nodejs20.x"));
        command.Write("f/aloft.json", """{"name":"f"}""");
        command.Write("f/index.js", "one");
        var run = command.Run("dev", "f");
        await command.Told("watching");
        command.Save("f/aloft.json", """{"name":"f","memory":256}""");
        await Asked(Begin, 2);
        command.Save("f/index.js", "two");
        await Asked(Change);
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

    /// <summary>Things happen beside the code, for a while.</summary>
    async Task Stir()
    {
        var steps = 0;
        await Eventually.True(
            () =>
            {
                command.Write("f/.git/index", $"{steps}");
                return ++steps > 30;
            },
            "things happen");
    }

    static IEnumerable<string?> Changed(StubRequest change) => change.Json["changed"]!.AsArray().Select(file => (string?)file!["path"]);

    List<StubRequest> Requests(string route) => [.. node.Requests.Where(request => request.Route == route)];

    Task Asked(string route, int times = 1) => Eventually.True(() => Requests(route).Count >= times, $"{route} is asked for, {times}");

    static string Deployed(StubRequest update)
    {
        using var zip = new ZipArchive(new MemoryStream(Convert.FromBase64String((string)update.Json["ZipFile"]!)));
        using var reader = new StreamReader(zip.Entries[0].Open());
        return reader.ReadToEnd();
    }
}
