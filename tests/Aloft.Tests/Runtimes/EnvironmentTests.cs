using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Runtimes;

/// <summary>What a function finds around it.</summary>
public sealed class EnvironmentTests
{
    [Theory]
    [Node("exports.handler = async () => process.env;")]
    [Python("import os\ndef handler(event, context): return dict(os.environ)")]
    public async Task The_environment_is_the_one_of_INIT_and_nothing_else(Language language, string code)
    {
        await using var host = await RuntimeHost.Boot(language, [(RuntimeHost.FileOf(language), code)], [("OF_THE_HOST", "secret")]);
        host.Adjust = init => init["environment"]!["GREETING"] = "grüß Gott = \"x\"\nsecond line";
        await host.Load("index.handler");

        var environment = (await host.Invoke()).Json.AsObject();

        // LC_CTYPE: Python sets it itself where the locale is C, before any of its code runs.
        var names = environment.Select(variable => variable.Key).Where(name => name != "LC_CTYPE").Order();
        Assert.Equal(["GREETING", "PATH", "_HANDLER"], names);
        Assert.Equal("grüß Gott = \"x\"\nsecond line", (string?)environment["GREETING"]);
        Assert.Equal("index.handler", (string?)environment["_HANDLER"]);
    }

    [Theory]
    [Node("const { execFileSync } = require('child_process'); exports.handler = async () => execFileSync('/usr/bin/env').toString();")]
    [Python("import subprocess\ndef handler(event, context): return subprocess.check_output(['/usr/bin/env']).decode()")]
    public async Task Child_processes_inherit_that_environment(Language language, string code)
    {
        await using var host = await RuntimeHost.Boot(language, [(RuntimeHost.FileOf(language), code)], [("OF_THE_HOST", "secret")]);
        await host.Load("index.handler");

        var text = (string)(await host.Invoke()).Json!;

        Assert.Contains("_HANDLER=index.handler\n", text);
        Assert.DoesNotContain("OF_THE_HOST", text);
        Assert.DoesNotContain("ALOFT", text);
    }

    [Theory]
    [Node("const at = process.cwd(); exports.handler = async () => at;")]
    [Python("import os\nat = os.getcwd()\ndef handler(event, context): return at")]
    public async Task The_function_s_folder_is_the_current_one(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);

        Assert.Equal(host.Folder.FullName, (string?)(await host.Invoke()).Json);
    }

    [Theory]
    [Node("exports.handler = async () => process.env._X_AMZN_TRACE_ID ?? null;")]
    [Python("import os\ndef handler(event, context): return os.environ.get('_X_AMZN_TRACE_ID')")]
    public async Task Every_invocation_has_its_own_trace_id(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);

        foreach (var traceId in new[] { "Root=1-a", "Root=1-b", "Root=1-b", "" })
        {
            await host.Send(RuntimeHost.InvokeFrame("{}", traceId: traceId));
            Assert.Equal(traceId == "" ? null : traceId, (string?)(await host.NextAnswer()).Json);
        }
    }

    [Fact]
    public async Task Nodes_environment_has_the_trace_id_like_any_other_variable()
    {
        await using var host = await RuntimeHost.Load(Language.Node, """
            const name = '_X_AMZN_TRACE_ID';
            const child = () => require('child_process').execFileSync('/usr/bin/env').toString().split('\n').find(line => line.startsWith(name)) ?? null;
            const seen = () => [name in process.env, Object.keys(process.env).includes(name), { ...process.env }[name] ?? null, child()];
            exports.handler = async () => {
              const before = seen();
              process.env[name] = 'own';
              const set = seen();
              delete process.env[name];
              process.env.OTHER = 1;
              const other = () => process.env.OTHER ?? null;
              return { before, set, gone: seen(), other: [other(), Object.keys(process.env).includes('OTHER'), delete process.env.OTHER, other()] };
            };
            """);
        await host.Send(RuntimeHost.InvokeFrame("{}", traceId: "Root=1-a"));
        var answer = (await host.NextAnswer()).Json!;
        Assert.Equal("""[true,true,"Root=1-a","_X_AMZN_TRACE_ID=Root=1-a"]""", answer["before"]!.ToJsonString());
        Assert.Equal("""[true,true,"own","_X_AMZN_TRACE_ID=own"]""", answer["set"]!.ToJsonString());
        Assert.Equal("[false,false,null,null]", answer["gone"]!.ToJsonString());
        Assert.Equal("""["1",true,true,null]""", answer["other"]!.ToJsonString());
    }

    [Theory]
    [Node("""
        const { execFileSync } = require('child_process');
        exports.handler = async () => [require('fs').readlinkSync('/proc/self/fd/3'), execFileSync('/bin/ls', ['-l', '/proc/self/fd']).toString()];
        """)]
    [Python("""
        import os
        def handler(event, context):
            os.system("/bin/ls -l /proc/self/fd >fds")
            return [os.readlink("/proc/self/fd/3"), open("fds").read()]
        """)]
    public async Task Child_processes_do_not_inherit_the_channel(Language language, string code)
    {
        await using var host = await RuntimeHost.Boot(language, [(RuntimeHost.FileOf(language), code)], inherited: true);
        await host.Load("index.handler");

        var answer = (await host.Invoke()).Json;

        Assert.StartsWith("socket:", (string?)answer[0]);
        Assert.DoesNotContain((string)answer[0]!, (string?)answer[1]);
    }

    [Theory, Node]
    public async Task Layers_are_found_by_NODE_PATH(Language language)
    {
        await using var host = await RuntimeHost.Boot(
            language, [("index.js", "exports.handler = async () => require('layered');"), ("layer/layered.js", "module.exports = 'from the layer';")]);
        host.Adjust = init => init["environment"]!["NODE_PATH"] = $"{host.Folder.FullName}/layer";
        await host.Load("index.handler");

        Assert.Equal("\"from the layer\"", (await host.Invoke()).Response);
    }

    [Theory, Python]
    public async Task Modules_are_found_in_the_function_s_folder_then_layers_then_PYTHONPATH(Language language)
    {
        await using var host = await RuntimeHost.Boot(
            language,
            [
                ("index.py", "import sys, own, layered\ndef handler(event, context): return [own.NAME, layered.NAME] + sys.path[:4]"),
                ("own.py", "NAME = 'own'"), ("layer/own.py", "NAME = 'hidden'"), ("layer/layered.py", "NAME = 'layered'"),
            ]);
        host.Adjust = init => init["environment"]!["PYTHONPATH"] = $"{host.Folder.FullName}/layer";
        await host.Load("index.handler");

        var answer = (await host.Invoke()).Json.AsArray().Select(name => (string)name!).ToArray();

        Assert.Equal(["own", "layered", host.Folder.FullName, "/opt/python"], answer[..4]);
        Assert.StartsWith("/opt/python/lib/python3.", answer[4]);
        Assert.Equal($"{host.Folder.FullName}/layer", answer[5]);
    }

    [Theory, Python]
    public async Task A_module_of_the_function_may_have_a_name_that_the_runtime_uses(Language language)
    {
        await using var host = await RuntimeHost.Boot(
            language, [("index.py", "import channel, logs\ndef handler(event, context): return channel.NAME + logs.NAME"), ("channel.py", "NAME = 'a'"), ("logs.py", "NAME = 'b'")]);
        await host.Load("index.handler");

        Assert.Equal("\"ab\"", (await host.Invoke()).Response);
    }

    [Theory, Node]
    public async Task Options_that_still_can_be_are_honoured_and_the_others_named(Language language)
    {
        await using var host = await RuntimeHost.Boot(
            language, [("before.js", "globalThis.before = 'ran';"), ("index.js", "const seen = globalThis.before; exports.handler = async () => seen;")]);
        host.Adjust = init => init["environment"]!["NODE_OPTIONS"] = "--enable-source-maps --require ./before.js --stack-size=2000";

        var logs = await host.Load("index.handler");

        Assert.EndsWith("WARN\tNODE_OPTIONS: not honoured: --stack-size=2000", Assert.Single(logs));
        Assert.Equal("\"ran\"", (await host.Invoke()).Response);
    }

    [Theory]
    [Node("exports.handler = async () => typeof fetch + process.release.name;")]
    [Python("def handler(event, context): return exit.__class__.__name__ + __name__")]
    public async Task The_language_is_whole(Language language, string code)
    {
        await using var host = await RuntimeHost.Load(language, code);

        Assert.Equal(language == Language.Node ? "\"functionnode\"" : "\"Quitterindex\"", (await host.Invoke()).Response);
    }
}
