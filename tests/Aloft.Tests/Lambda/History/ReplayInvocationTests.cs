using System.Text;
using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Registry;
using Aloft.Tests.Functions.Invoke;

namespace Aloft.Tests.Lambda.History;

public sealed class ReplayInvocationTests
{
    static readonly Functions.Invoke.Handler Echo = (sandbox, _, payload) => sandbox.Respond(Encoding.UTF8.GetString(payload));

    [Fact]
    public async Task It_runs_what_ran_then_in_an_instance_of_its_own_and_compares()
    {
        await using var bed = await AloftBed.Start((sandbox, id, payload) =>
            sandbox.Respond($$"""{"id":"{{id}}","code":"{{Path.GetFileName(sandbox.Code!.Task)[..4]}}","event":{{Encoding.UTF8.GetString(payload)}}}"""));
        var key = await bed.Engine.Create("f", function => function with { MemoryMegabytes = 256 });
        var id = await bed.Invoke(key, """{"n":1}""");
        await Update(bed, key, "2");

        var then = await bed.Call("ReplayInvocation", id: id);
        Assert.True((bool)then["same"]!, then.ToJsonString());
        Assert.Equal((256, "replay"), ((int)then["replay"]!["memoryMegabytes"]!, (string)then["replay"]!["source"]!));
        Assert.Equal(1, (int)then["replay"]!["answer"]!["event"]!["n"]!);
        Assert.Empty(then["configuration"]!.AsArray());
        await Eventually.True(
            () => bed.Engine.Instances.Count() == 2 && bed.Engine.Instances.All(one => one.Disposed),
            "the replay had an instance of its own, which is gone");

        var now = await bed.Call("ReplayInvocation", id: id, body: new { Against = "$LATEST" });
        Assert.Equal(["$.code"], Paths(now["differences"]));
        Assert.Equal(["codeSha256", "memoryMegabytes", "environment SECRET"], Paths(now["configuration"]));
        Assert.DoesNotContain("hush", now.ToJsonString(), StringComparison.Ordinal);
        Assert.True((bool)(await bed.Call("ReplayInvocation", id: id, body: new { Against = "$LATEST", Ignore = new[] { "$.code" } }))["same"]!);
    }

    [Fact]
    public async Task A_path_that_is_none_is_refused()
    {
        await using var bed = await AloftBed.Start(Echo);
        var id = await bed.Invoke(await bed.Engine.Create("f"), "7");
        var told = await bed.Fails("InvalidParameterValueException", 400, "ReplayInvocation", id: id.ToString(), body: new { Ignore = new[] { "$.a", "at" } });
        Assert.Contains("'at' is no path", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_functions_invocation_still_runs()
    {
        await using var bed = await AloftBed.Start(Echo);
        var key = await bed.Engine.Create("f");
        var id = await bed.Invoke(key, "7");
        await bed.Engine.Registry.Delete(key, CancellationToken.None);
        Assert.True((bool)(await bed.Call("ReplayInvocation", id: id))["same"]!);
        await bed.Fails("ResourceNotFoundException", 404, "ReplayInvocation", id: id.ToString(), body: new { Against = "$LATEST" });
    }

    [Fact]
    public async Task A_failure_that_is_reproduced_is_the_same_and_a_mended_one_is_not()
    {
        var message = "boom";
        await using var bed = await AloftBed.Start((sandbox, id, _) => message.Length == 0
            ? sandbox.Respond("1")
            : sandbox.Error($$"""{"errorType":"E","errorMessage":"{{message}} {{id}}","trace":["{{Guid.NewGuid()}}"]}"""));
        var key = await bed.Engine.Create("f");
        var id = await bed.Invoke(key);
        Assert.True((bool)(await bed.Call("ReplayInvocation", id: id))["same"]!);
        Assert.Single((await bed.Call("ListInvocations", "Failed=true"))["invocations"]!.AsArray()); // the replay is no news
        Assert.Equal(2, (await bed.Call("ListInvocations"))["invocations"]!.AsArray().Count);
        message = "bang";
        Assert.Equal(["errorMessage"], Paths((await bed.Call("ReplayInvocation", id: id))["differences"]));
        message = "";
        Assert.Equal(["outcome"], Paths((await bed.Call("ReplayInvocation", id: id))["differences"]));
    }

    [Fact]
    public async Task A_crash_a_timeout_and_a_failed_init_are_remembered_too()
    {
        var answers = false;
        await using var bed = await AloftBed.Start(
            (sandbox, _, _) =>
            {
                if (answers)
                    return sandbox.Respond("1");
                sandbox.Exit(new(1, null, false));
                return Task.CompletedTask;
            },
            driver => driver.OnInit = sandbox => driver.Booted.Any(one => one.Code is not null && one != sandbox)
                ? sandbox.Send(2, [])
                : sandbox.Send(3, """{"errorType":"InitError","errorMessage":"no"}"""u8.ToArray()));
        var key = await bed.Engine.Create("f", function => function with { Timeout = TimeSpan.FromSeconds(1) });
        await bed.Invoke(key); // its init fails
        await bed.Invoke(key); // it crashes
        answers = true;
        await bed.Invoke(key);
        var types = (await bed.Call("ListInvocations"))["invocations"]!.AsArray().Select(one => (string?)one!["errorType"]);
        Assert.Equal([null, "Runtime.ExitError", "InitError"], types);
    }

    [Fact]
    public async Task What_cannot_be_run_says_why()
    {
        await using var bed = await AloftBed.Start(Echo);
        var key = await bed.Engine.Create("f");
        var id = await bed.Invoke(key);
        Assert.Contains("not a request id", await bed.Fails("ValidationException", 400, "ReplayInvocation", id: "latest"), StringComparison.Ordinal);
        Assert.Contains("7 days", await bed.Fails("ResourceNotFoundException", 404, "ReplayInvocation", id: $"{Guid.NewGuid()}"), StringComparison.Ordinal);
        Assert.Contains("Nope", await bed.Fails("InvalidParameterValueException", 400, "ReplayInvocation", id: $"{id}", body: new { Nope = 1 }), StringComparison.Ordinal);
        await bed.Fails("ResourceNotFoundException", 404, "ReplayInvocation", id: $"{id}", body: new { Against = "9" });
        await bed.Engine.Registry.Reserve(key, 0, 1000, CancellationToken.None);
        await bed.Fails("TooManyRequestsException", 429, "ReplayInvocation", id: $"{id}");
    }

    [Fact]
    public async Task Code_that_is_gone_is_said_to_be_gone()
    {
        await using var bed = await AloftBed.Start(Echo);
        var id = await bed.Invoke(await bed.Engine.Create("f"));
        Assert.True((bool)(await bed.Call("GetInvocation", id: id))["codeKept"]!);
        await bed.Engine.Db.Write(
            session => session.Execute("UPDATE history_snapshots SET code_digest = @none", ("none", new string('0', 64))), CancellationToken.None);
        Assert.Contains("--against", await bed.Fails("CodeNotKeptException", 409, "ReplayInvocation", id: $"{id}"), StringComparison.Ordinal);
        Assert.False((bool)(await bed.Call("GetInvocation", id: id))["codeKept"]!);
        Assert.True((bool)(await bed.Call("ReplayInvocation", id: id, body: new { Against = "$LATEST" }))["same"]!);
    }

    static async Task Update(AloftBed bed, FunctionKey key, string source)
    {
        var package = await bed.Engine.Code.Add(Engine.Zip("index.js", source), CancellationToken.None);
        await bed.Engine.Registry.Update(
            key, null,
            function => function with
            {
                CodeDigest = package.Digest, MemoryMegabytes = 512, Environment = new SortedDictionary<string, string> { ["SECRET"] = "hush" },
            },
            CancellationToken.None);
    }

    static string[] Paths(JsonNode? differences) => [.. differences!.AsArray().Select(one => (string)one!["path"]!)];
}
