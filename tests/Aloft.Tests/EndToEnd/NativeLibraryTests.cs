using System.Text.Json.Nodes;
using Aloft.Tests.Runtimes;

namespace Aloft.Tests.EndToEnd;

/// <summary>
/// A native module that needs a shared library of a layer or of the package: the dynamic loader finds it, although the runtime's process is older
/// than the function. The libraries are compiled here.
/// </summary>
[Collection(RealProgram.Name)]
public sealed class NativeLibraryTests
{
    const string Needed = "int answer(void) { return 42; }";
    const string Needing = "int answer(void); int ask(void) { return answer(); }";

    /// <summary>Loaded by process.dlopen; it is enough that its constructor runs, since the library it needs must be found before.</summary>
    const string Addon = """
        #include <stdio.h>
        int answer(void);
        __attribute__((constructor)) static void loaded(void) { printf("addon got %d\n", answer()); fflush(stdout); }
        """;

    const string Python = """
        import ctypes
        def handler(event, context):
            return ctypes.CDLL(event['load']).ask()
        """;

    const string Node = """
        exports.handler = async event => {
          try { process.dlopen({ exports: {} }, event.load); } catch (error) { return error.message; }
          return 'loaded';
        };
        """;

    [Needs("gcc", "crun")]
    public Task Container_finds_what_a_native_module_needs() => FoundInLayerAndPackage("container");

    [Needs("gcc", "runsc")]
    public Task Gvisor_finds_what_a_native_module_needs() => FoundInLayerAndPackage("gvisor");

    [Needs("gcc")]
    public Task Process_finds_what_a_native_module_needs() => FoundInLayerAndPackage("process");

    static async Task FoundInLayerAndPackage(string isolation)
    {
        using var folder = new TemporaryFolder();
        var needed = await Compile(folder, "libanswer.so", Needed);
        var needing = await Compile(folder, "ask.so", Needing, "-lanswer");
        var addon = await Compile(folder, "addon.node", Addon, "-lanswer");

        await using var program = await AloftProgram.Start(arguments: ["--isolation", isolation]);
        using var lambda = program.Lambda();
        var layer = await lambda.Send(HttpMethod.Post, "/2018-10-31/layers/native/versions", new JsonObject
        {
            ["Content"] = new JsonObject { ["ZipFile"] = Convert.ToBase64String(Package.Of([("lib/libanswer.so", needed)])) },
        });
        var layers = new JsonObject { ["Layers"] = new JsonArray(layer.Json.GetProperty("LayerVersionArn").GetString()) };

        foreach (var (where, zip, more) in new (string, (string, byte[])[], JsonObject?)[]
        {
            ("of the layer", [("ask.so", needing), ("addon.node", addon)], layers),
            ("of the package", [("ask.so", needing), ("addon.node", addon), ("lib/libanswer.so", needed)], null),
        })
        {
            var python = await lambda.Create(new("python3.11", "app.handler", Package.Of([.. zip, ("app.py", Bytes(Python))])), more: more);
            var root = isolation == "process" ? "." : "/var/task";
            var answer = await lambda.Invoke(python, $$"""{"load":"{{root}}/ask.so"}""");
            Assert.True(answer.Text == "42", $"Python, the library {where}: {answer}");

            var node = await lambda.Create(new("nodejs20.x", "index.handler", Package.Of([.. zip, ("index.js", Bytes(Node))])), more: more);
            answer = await lambda.Invoke(node, $$"""{"load":"{{root}}/addon.node"}""", tail: true);
            Assert.DoesNotContain("libanswer.so", answer.Text, StringComparison.Ordinal);
            Assert.Contains("addon got 42", answer.LogTail, StringComparison.Ordinal);
        }
    }

    static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    static async Task<byte[]> Compile(TemporaryFolder folder, string name, string source, params string[] more)
    {
        var file = Path.Combine(folder.Path, $"{name}.c");
        await File.WriteAllTextAsync(file, source);
        (await Command.Run("gcc", ["-shared", "-fPIC", "-o", Path.Combine(folder.Path, name), file, $"-L{folder.Path}", .. more])).MustSucceed();
        return await File.ReadAllBytesAsync(Path.Combine(folder.Path, name));
    }
}
