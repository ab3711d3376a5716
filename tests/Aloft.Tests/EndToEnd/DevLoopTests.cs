using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aloft.Tests.EndToEnd;

/// <summary><c>aloft dev</c> against the real program: a save is live in the sandbox that was there before it.</summary>
[Collection(RealProgram.Name)]
public sealed class DevLoopTests(SharedProgram shared) : IClassFixture<SharedProgram>
{
    const string Node = """
        import fs from 'node:fs';
        import { text } from './lib/text.mjs';
        let count = 0;
        export const handler = async () => {
          const kept = fs.existsSync('/tmp/mark');
          fs.writeFileSync('/tmp/mark', '');
          return { text, kept, count: ++count, started: fs.readFileSync('/proc/self/stat', 'utf8').split(' ')[21], pid: process.pid };
        };
        """;

    const string Python = """
        import os
        from lib.text import text
        count = 0
        def handler(event, context):
            global count
            count += 1
            kept = os.path.exists('/tmp/mark')
            open('/tmp/mark', 'w').close()
            return {'text': text, 'kept': kept, 'count': count, 'started': open('/proc/self/stat').read().split()[21], 'pid': os.getpid()}
        """;

    [Theory]
    [InlineData("index.mjs", Node, "lib/text.mjs", "export const text = '{0}';", "export const text = ;")]
    [InlineData("index.py", Python, "lib/text.py", "text = '{0}'", "text = =")]
    public async Task A_save_is_live_in_the_same_sandbox_and_stays_when_the_loop_ends(string file, string code, string module, string text, string wrong)
    {
        using var lambda = shared.Program.Lambda();
        var name = $"d{Guid.NewGuid():N}";
        string Text(string value) => text.Replace("{0}", value, StringComparison.Ordinal);
        string deployed;
        await using (var dev = await DevProgram.Start(
            shared.Program.Endpoint, lambda.Account, [(file, code), (module, Text("one")), ("lib/__init__.py", "")], "", ["--name", name, "--handler", "index.handler"]))
        {
            var first = (await lambda.Invoke(name)).Json;
            Assert.Equal(("one", false, 1), Told(first));
            deployed = await Sha(lambda, name);

            var save = await dev.Save(module, Text("two"));
            Assert.Equal("live", DevProgram.Event(save));
            Assert.Equal("live", save.GetProperty("sandboxes")[0].GetProperty("state").GetString());
            var second = (await lambda.Invoke(name)).Json;
            Assert.Equal(("two", true, 1), Told(second)); // another module's state, the same /tmp
            Assert.Equal(first.GetProperty("pid").GetRawText(), second.GetProperty("pid").GetRawText());
            Assert.Equal(first.GetProperty("started").GetRawText(), second.GetProperty("started").GetRawText());

            var failed = await dev.Save(module, wrong);
            Assert.Equal("failed", DevProgram.Event(failed));
            Assert.Equal("Runtime.UserCodeSyntaxError", failed.GetProperty("error").GetProperty("errorType").GetString());
            Assert.Contains(module, failed.GetProperty("error").GetRawText(), StringComparison.Ordinal);
            Assert.Equal("Runtime.UserCodeSyntaxError", (await lambda.Invoke(name)).FunctionErrorType);

            await dev.Save(module, Text("three"));
            Assert.Equal(("three", true, 1), Told((await lambda.Invoke(name)).Json));
            Assert.Equal(deployed, await Sha(lambda, name)); // what is deployed is told as deployed
        }
        Assert.NotEqual(deployed, await Sha(lambda, name));
        Assert.Equal(("three", false, 1), Told((await lambda.Invoke(name)).Json)); // another sandbox, the code that was live
    }

    [Fact]
    public async Task A_save_of_TypeScript_is_live_in_the_same_sandbox_and_what_cannot_be_translated_is_not_deployed()
    {
        using var lambda = shared.Program.Lambda();
        var name = $"d{Guid.NewGuid():N}";
        static string Text(string value) => $"export const text: string = '{value}';";
        const string code = """
            import { readFileSync } from 'node:fs';
            import { text } from './lib/text';
            export const handler = async () => ({ text, started: readFileSync('/proc/self/stat', 'utf8').split(' ')[21] });
            """;
        string live;
        await using (var dev = await DevProgram.Start(
            shared.Program.Endpoint, lambda.Account, [("index.ts", code), ("lib/text.ts", Text("one"))], "", ["--name", name]))
        {
            var first = (await lambda.Invoke(name)).Text;
            Assert.Contains("\"one\"", first, StringComparison.Ordinal);
            var save = await dev.Save("lib/text.ts", Text("two"));
            Assert.Equal(("live", "lib/text.ts"), (DevProgram.Event(save), save.GetProperty("files")[0].GetString()));
            Assert.Equal(first.Replace("one", "two", StringComparison.Ordinal), (await lambda.Invoke(name)).Text);

            dev.Write("lib/text.ts", "export const text: = ;");
            await dev.Says(one => DevProgram.Note(one).Contains("could not be translated", StringComparison.Ordinal));
            Assert.Contains("lib/text.ts:1:19", dev.Output, StringComparison.Ordinal);
            Assert.Equal(first.Replace("one", "two", StringComparison.Ordinal), (await lambda.Invoke(name)).Text);
            await dev.Save("lib/text.ts", Text("three"));
            live = await Sha(lambda, name);
            dev.Write("lib/text.ts", "export const text: = ;");
            await Eventually.True(() => dev.Output.Split("could not be translated").Length == 3, "the second error is told");
        }
        Assert.Equal(live, await Sha(lambda, name));
    }

    [Fact]
    public async Task Urls_and_asynchronous_invocations_run_the_code_that_is_live()
    {
        using var lambda = shared.Program.Lambda();
        var name = $"d{Guid.NewGuid():N}";
        await using var dev = await DevProgram.Start(
            shared.Program.Endpoint, lambda.Account, [("f.js", "exports.handler = async () => 'one';")], "f.js", ["--name", name, "--url"]);
        var url = new Uri((await dev.Says(one => one.TryGetProperty("url", out _))).GetProperty("url").GetString()!);
        await dev.Save("f.js", "exports.handler = async (event) => { console.log('it is two'); return 'two'; };");

        using var http = new HttpClient();
        Assert.Equal("\"two\"", await http.GetStringAsync(url));
        await lambda.Invoke(name, "{}", "Event");
        await Eventually.True(async () => (await lambda.LogLines(name)).Count(line => line.Contains("it is two", StringComparison.Ordinal)) == 2, "it has run");
        await dev.Says(one => one.TryGetProperty("message", out var message) && message.GetString()!.Contains("it is two", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_process_reads_once_gets_a_new_sandbox_and_code_that_cannot_be_reloaded_is_deployed()
    {
        using var lambda = shared.Program.Lambda();
        var name = $"d{Guid.NewGuid():N}";
        await using (var dev = await DevProgram.Start(
            shared.Program.Endpoint, lambda.Account,
            [("package.json", """{"imports":{"#text":"./a.js"}}"""), ("index.js", "exports.handler = async () => require('#text');"),
                ("a.js", "module.exports = 'a';"), ("b.js", "module.exports = 'b';")],
            "", ["--name", name]))
        {
            Assert.Equal("\"a\"", (await lambda.Invoke(name)).Text);
            var save = await dev.Save("package.json", """{"imports":{"#text":"./b.js"}}""");
            Assert.Equal("package.json", save.GetProperty("restartedFor").GetString());
            Assert.Equal("new", save.GetProperty("sandboxes")[0].GetProperty("state").GetString());
            Assert.Equal("\"b\"", (await lambda.Invoke(name)).Text);
        }

        const string bootstrap = """
            while :; do
              id=$(curl -sD - -o /dev/null "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next" | tr -d '\r' | sed -n 's/^lambda-runtime-aws-request-id: //Ip')
              curl -s "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$id/response" -d '"{0}"' >/dev/null
            done
            """;
        string Shell(string text) => "#!/bin/sh\n" + bootstrap.Replace("{0}", text, StringComparison.Ordinal);
        await using (var dev = await DevProgram.Start(shared.Program.Endpoint, lambda.Account, [("f.sh", Shell("a"))], "f.sh", ["--name", $"{name}s"]))
        {
            Assert.Equal("\"a\"", (await lambda.Invoke($"{name}s")).Text);
            Assert.Equal("deployed", DevProgram.Event(await dev.Save("f.sh", Shell("b"))));
            Assert.Equal("\"b\"", (await lambda.Invoke($"{name}s")).Text);
            Assert.Contains("new sandbox", dev.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_node_that_demands_signatures_takes_a_users_code_and_no_one_elses()
    {
        var root = new Dictionary<string, string> { ["ALOFT_ACCESS_KEY_ID"] = "AKIAROOT", ["ALOFT_SECRET_ACCESS_KEY"] = "its-secret" };
        await using var program = await AloftProgram.Start(arguments: ["--auth", "on"], environment: root);
        await using var dev = await DevProgram.Start(
            program.Endpoint, "AKIAROOT", [("f.js", "exports.handler = async () => 'one';")], "f.js", ["--name", "f"], "its-secret");
        Assert.Equal("live", DevProgram.Event(await dev.Save("f.js", "exports.handler = async () => 'two';")));

        using var http = new HttpClient();
        Assert.Equal(403, (int)(await http.PutAsJsonAsync(new Uri(program.Endpoint, "/_aloft/dev/f"), new JsonObject())).StatusCode);
        using var lambda = new LambdaWire(program.Endpoint, "AKIAROOT"); // signs wrongly
        Assert.Equal(403, (await lambda.Send(lambda.Request(HttpMethod.Put, "/_aloft/dev/f", "{}"u8.ToArray(), "aloft"))).Status);
    }

    static (string? Text, bool Kept, int Count) Told(JsonElement answer) =>
        (answer.GetProperty("text").GetString(), answer.GetProperty("kept").GetBoolean(), answer.GetProperty("count").GetInt32());

    static async Task<string> Sha(LambdaWire lambda, string name) =>
        (await lambda.Send(HttpMethod.Get, $"/2015-03-31/functions/{name}/configuration")).Json.GetProperty("CodeSha256").GetString()!;
}
