using System.Text.Json;
using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Runtimes;

/// <summary>Code that changes while it runs: RELOAD, and what the same process answers afterwards.</summary>
public sealed class ReloadTests
{
    [Theory, Node]
    public async Task CommonJS_modules_are_all_loaded_anew_and_their_state_with_them(Language language)
    {
        await using var host = await Boot(language, "index.handler",
            ("index.js", "const lib = require('./lib/lib.js'); let count = 0; exports.handler = async () => [lib.value, ++count, process.pid];"),
            ("lib/lib.js", "exports.value = 'old';"));
        var pid = host.Process.Id;
        await host.Invoke();
        Assert.Equal($"[\"old\",2,{pid}]", (await host.Invoke()).Response);

        await Save(host, ("lib/lib.js", "exports.value = 'new';"));

        Assert.Equal($"[\"new\",1,{pid}]", (await host.Invoke()).Response);
    }

    [Theory, Node]
    public async Task Every_module_of_a_graph_of_ES_modules_is_new_and_packages_are_only_when_they_change(Language language)
    {
        await using var host = await Boot(language, "src/index.handler",
            ("src/index.mjs", """
                import { a } from '../lib/a.mjs';
                import common from '../lib/common.cjs';
                import data from '../lib/data.json' with { type: 'json' };
                import { loads } from 'package';
                export const handler = async () => ({ a, common, data, loads, late: (await import('../lib/late.mjs')).late });
                """),
            ("lib/a.mjs", "export { b as a } from './b.mjs';"), ("lib/b.mjs", "export const b = 1;"),
            ("lib/common.cjs", "module.exports = 1;"), ("lib/data.json", "1"), ("lib/late.mjs", "export const late = 1;"),
            ("node_modules/package/package.json", """{"exports":"./index.mjs"}"""),
            ("node_modules/package/index.mjs", "globalThis.loads = (globalThis.loads ?? 0) + 1; export const loads = globalThis.loads;"));
        Assert.Equal("""{"a":1,"common":1,"data":1,"loads":1,"late":1}""", (await host.Invoke()).Response);

        await Save(host, ("lib/b.mjs", "export const b = 2;"), ("lib/common.cjs", "module.exports = 2;"), ("lib/data.json", "2"),
            ("lib/late.mjs", "export const late = 2;"));
        Assert.Equal("""{"a":2,"common":2,"data":2,"loads":1,"late":2}""", (await host.Invoke()).Response);

        await Save(host, ("node_modules/package/index.mjs", "globalThis.loads += 10; export const loads = globalThis.loads;"));
        Assert.Equal("""{"a":2,"common":2,"data":2,"loads":11,"late":2}""", (await host.Invoke()).Response);
        await Save(host, ("lib/b.mjs", "export const b = 3;"));
        Assert.Equal("""{"a":3,"common":2,"data":2,"loads":11,"late":2}""", (await host.Invoke()).Response);
    }

    [Theory, Node]
    public async Task What_CommonJS_imports_is_new_too(Language language)
    {
        await using var host = await Boot(language, "index.handler",
            ("index.js", "exports.handler = async () => (await import('./a.mjs')).a;"), ("a.mjs", "import { b } from './b.mjs'; export const a = b;"),
            ("b.mjs", "export const b = 1;"));
        Assert.Equal("1", (await host.Invoke()).Response);
        await Save(host, ("b.mjs", "export const b = 2;"));
        Assert.Equal("2", (await host.Invoke()).Response);
    }

    [Theory, Node]
    public async Task Stack_traces_of_reloaded_ES_modules_name_the_plain_files(Language language)
    {
        await using var host = await Boot(language, "index.handler", ("index.mjs", "import './a.mjs'; export const handler = async () => {};"), ("a.mjs", ""));
        await Save(host, ("index.mjs", "import { fail } from './a.mjs';\nexport const handler = async () => fail();"),
            ("a.mjs", "export function fail() {\n  throw new Error('here');\n}"));

        var trace = (await host.Invoke()).Error["trace"]!.AsArray().Select(line => (string?)line).ToList();

        Assert.Equal($"    at fail (file://{host.Folder.FullName}/a.mjs:2:9)", trace[1]);
        Assert.DoesNotContain(trace, line => line!.Contains("?aloft", StringComparison.Ordinal));
    }

    [Theory]
    [Node("index.mjs", "export const handler = async () => 'one';", "export const handler = async () => {\n  ?\n};", "export const handler = async () => 'two';")]
    [Node("index.js", "exports.handler = async () => 'one';", "exports.handler = async () => {\n  ?\n};", "exports.handler = async () => 'two';")]
    [Python("index.py", "def handler(event, context): return 'one'", "def handler(event, context):\n  ?\n", "def handler(event, context): return 'two'")]
    public async Task A_syntax_error_is_told_with_its_place_and_answered_until_the_next_good_save(
        Language language, string file, string good, string bad, string better)
    {
        await using var host = await Boot(language, "index.handler", (file, good));
        var pid = host.Process.Id;

        var failure = await Save(host, (file, bad));

        Assert.Equal("Runtime.UserCodeSyntaxError", (string?)failure!["errorType"]);
        var where = failure[language == Language.Node ? "trace" : "stackTrace"]!.ToJsonString();
        Assert.Matches(language == Language.Node ? $"{file}:2\"" : $"{file}\\\\u0022 Line 2", where);
        for (var round = 0; round < 2; round++)
        {
            var error = (await host.Invoke()).Error;
            Assert.Equal((string?)failure["errorType"], (string?)error["errorType"]);
            Assert.Equal((string?)failure["errorMessage"], (string?)error["errorMessage"]);
        }
        Assert.Null(await Save(host, (file, better)));
        Assert.Equal("\"two\"", (await host.Invoke()).Response);
        Assert.Equal(pid, host.Process.Id);
        Assert.False(host.Process.HasExited);
    }

    [Theory]
    [Node("index.mjs", "export const handler = async () => ", ";")]
    [Node("index.js", "exports.handler = async () => ", ";")]
    [Python("index.py", "def handler(event, context): return ", "")]
    public async Task Saves_in_quick_succession_are_each_live(Language language, string file, string before, string after)
    {
        await using var host = await Boot(language, "index.handler", (file, $"{before}0{after}"));
        for (var save = 1; save < 8; save++)
        {
            await Save(host, (file, $"{before}{save}{after}")); // the same length, within the same second
            Assert.Equal($"{save}", (await host.Invoke()).Response);
        }
    }

    [Theory, Python]
    public async Task Python_modules_are_new_and_those_that_pip_installed_beside_them_stay_until_they_change(Language language)
    {
        await using var host = await Boot(language, "index.handler",
            ("index.py", "import installed\nfrom package.module import value\ndef handler(event, context): return [value, installed.loads]"),
            ("package/__init__.py", ""), ("package/module.py", "value = 1"),
            ("installed.py", "import sys\nsys.loads = getattr(sys, 'loads', 0) + 1\nloads = sys.loads"),
            ("installed-1.0.dist-info/RECORD", "installed.py,sha256=x,1\n"));
        Assert.Equal("[1, 1]", (await host.Invoke()).Response);
        await Save(host, ("package/module.py", "value = 2"));
        Assert.Equal("[2, 1]", (await host.Invoke()).Response);
        await Save(host, ("installed.py", "loads = 'changed'"));
        Assert.Equal("[2, \"changed\"]", (await host.Invoke()).Response);
    }

    [Theory, Node]
    public async Task A_module_that_never_comes_to_its_end_does_not_end_the_process(Language language)
    {
        const string good = "export const handler = async () => 1;";
        await using var host = await Boot(language, "index.handler", ("index.mjs", good));
        var failure = await Save(host, ("index.mjs", "await new Promise(() => {});"));
        Assert.Equal("Runtime.NodeJsExit", (string?)failure!["errorType"]);
        Assert.Null(await Save(host, ("index.mjs", good)));
        Assert.Equal("1", (await host.Invoke()).Response);
    }

    [Theory]
    [Node("index.js", "x y")]
    [Python("index.py", "x y")]
    public async Task Code_that_is_wrong_from_the_start_waits_for_better(Language language, string file, string bad)
    {
        await using var host = await RuntimeHost.Boot(language, [(file, bad)]);
        host.Adjust = init => init["development"] = new JsonObject();
        await host.Init("index.handler");
        var end = await host.NextAnswer();
        Assert.Equal(Received.InitOk, end.Kind);
        Assert.Equal("Runtime.UserCodeSyntaxError", (string?)end.Json["errorType"]);
        Assert.Contains(end.Logs, line => line.Contains("UserCodeSyntaxError", StringComparison.Ordinal));
        await Save(host, (file, language == Language.Node ? "exports.handler = async () => 1;" : "def handler(event, context): return 1"));
        Assert.Equal("1", (await host.Invoke()).Response);
    }

    [Theory, Node, Python]
    public async Task An_invocation_sent_behind_a_reload_is_answered_by_the_new_code(Language language)
    {
        var (file, code) = language == Language.Node
            ? ("index.mjs", "await new Promise((done) => setTimeout(done, 50));\nexport const handler = async () => 'new';")
            : ("index.py", "import time; time.sleep(0.05)\ndef handler(event, context): return 'new'");
        await using var host = await Boot(language, "index.handler", (file, code.Replace("'new'", "'old'", StringComparison.Ordinal)));
        await File.WriteAllTextAsync(Path.Combine(host.Folder.FullName, file), code);
        await host.Send(ReloadFrame(file), RuntimeHost.InvokeFrame("{}"));
        Assert.Equal(Received.Reloaded, (await host.NextAnswer()).Kind);
        Assert.Equal("\"new\"", (await host.NextAnswer()).Response);
    }

    static async Task<RuntimeHost> Boot(Language language, string handler, params (string, string)[] files)
    {
        var host = await RuntimeHost.Boot(language, files);
        host.Adjust = init => init["development"] = new JsonObject();
        await host.Load(handler);
        return host;
    }

    /// <summary>Writes the files and has them loaded. What was wrong with them, or null.</summary>
    static async Task<JsonNode?> Save(RuntimeHost host, params (string Path, string Text)[] files)
    {
        foreach (var (path, text) in files)
            await File.WriteAllTextAsync(Path.Combine(host.Folder.FullName, path), text);
        await host.Send(ReloadFrame([.. files.Select(file => file.Path)]));
        var answer = await host.NextAnswer();
        Assert.Equal(Received.Reloaded, answer.Kind);
        return answer.Text.Length == 0 ? null : answer.Json;
    }

    static byte[] ReloadFrame(params string[] changed) => RuntimeHost.FrameOf(Sent.Reload, JsonSerializer.SerializeToUtf8Bytes(changed));
}
