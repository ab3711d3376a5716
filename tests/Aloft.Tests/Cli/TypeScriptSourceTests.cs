using System.IO.Compression;
using Aloft.Client;
using Aloft.Deploying;
using Aloft.Packaging;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Cli;

/// <summary>TypeScript, translated by the esbuild that npm brings.</summary>
public sealed class TypeScriptSourceTests : IDisposable
{
    readonly CommandRun command = new();

    public void Dispose() => command.Dispose();

    [Fact]
    public async Task One_file_becomes_one_module_with_what_it_imports()
    {
        command.Write("lib/twice.ts", "export const twice = (n: number): number => 2 * n;");
        command.Write("node_modules/old/index.js", "const path = require('path'); exports.base = () => path.basename(__filename);");
        var source = Source.At(command.Write(
            "say.hello.ts", "import { twice } from './lib/twice'; import { base } from 'old'; export const handler = async (n: number) => twice(n) + base();"));
        var files = await Made(source);

        Assert.Equal("say-hello", source.SuggestedName);
        Assert.Equal(new SourceShape(Language.Node, "say_hello.handler"), source.Shape());
        var (path, text) = Assert.Single(files);
        Assert.Equal("say_hello.mjs", path);
        Assert.DoesNotContain(": number", text, StringComparison.Ordinal);
        Assert.DoesNotContain("from \"./lib", text, StringComparison.Ordinal);
        Assert.Contains("//# sourceMappingURL=data:", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_source_gives_the_same_package_wherever_it_is()
    {
        const string code = "export const handler = async () => 1 as number;";
        var one = Source.At(command.Write("a/f.ts", code));
        var other = Source.At(command.Write("b/c/f.ts", code));
        Assert.Equal(await Made(one), await Made(other));
        Assert.Equal(one.Pack(), other.Pack());
    }

    [Theory]
    [InlineData("index.ts", null, "index.handler")]
    [InlineData("index.mts", null, "index.handler")]
    [InlineData("src/index.ts", null, "src/index.handler")]
    [InlineData("api/orders.ts", "api/orders.handler", "api/orders.handler")]
    public async Task A_folder_begins_in_the_module_of_its_handler(string entry, string? handler, string expected)
    {
        command.Write($"f/{entry}", "export const handler = async () => 1 as number;");
        command.Write("f/texts/hello.txt", "hello");
        command.Write("f/package.json", "{}");
        command.Write("f/node_modules/unused/index.js", "");
        var source = Source.At(Path.Combine(command.Folder, "f"), handler);

        Assert.Equal(expected, source.Shape() is { } shape && handler is null ? shape.Handler : expected);
        Assert.Equal(
            ((string[])[Path.ChangeExtension(entry, ".mjs"), "texts/hello.txt"]).Order(StringComparer.Ordinal), (await Made(source)).Select(file => file.Path));
    }

    [Fact]
    public void JavaScript_in_its_place_goes_first()
    {
        command.Write("f/index.ts", "export const handler = async () => 1 as number;");
        command.Write("f/index.js", "exports.handler = async () => 1;");
        Assert.Null(Source.At(Path.Combine(command.Folder, "f")).Build);
    }

    [Fact]
    public async Task What_is_no_TypeScript_is_told_with_its_line_and_ends_with_1()
    {
        var progress = new StringWriter();
        var source = Source.At(command.Write("a.ts", "const right = 1;\nexport const handler = async (: string) => right;"));
        var failed = await Assert.ThrowsAsync<CommandFailed>(() => source.Build!(progress, CancellationToken.None));
        Assert.Equal(ExitCode.Failed, failed.ExitCode);
        Assert.Contains("a.ts:2:30", progress.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_that_is_missing_is_named()
    {
        var progress = new StringWriter();
        var source = Source.At(command.Write("a.ts", "import { S3 } from '@aws-sdk/client-s3'; export const handler = async () => S3;"));
        var failed = await Assert.ThrowsAsync<CommandFailed>(() => source.Build!(progress, CancellationToken.None));
        Assert.Contains("@aws-sdk/client-s3", progress.ToString(), StringComparison.Ordinal);
        Assert.Contains("npm install", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_npm_it_says_what_to_install()
    {
        var compiler = new TypeScriptCompiler(Path.Combine(command.Folder, "cache"), searchPath: command.Folder);
        var failed = await Assert.ThrowsAsync<CommandFailed>(() => compiler.Program(TextWriter.Null, CancellationToken.None));
        Assert.Equal(ExitCode.Usage, failed.ExitCode);
        Assert.Contains("apt-get install npm", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_installed_once_and_says_so()
    {
        var compiler = new TypeScriptCompiler(Path.Combine(command.Folder, "cache"), System.Environment.GetEnvironmentVariable("PATH")!);
        var (first, second) = (new StringWriter(), new StringWriter());
        var program = await compiler.Program(first, CancellationToken.None);
        Assert.Equal(program, await compiler.Program(second, CancellationToken.None));
        Assert.True(File.Exists(program));
        Assert.Contains("installing esbuild", first.ToString(), StringComparison.Ordinal);
        Assert.Empty(second.ToString());
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(command.Folder, "cache")));
    }

    [Theory]
    [InlineData(null, "", "NODE_OPTIONS=--enable-source-maps")]
    [InlineData(null, "A=1", "A=1 NODE_OPTIONS=--enable-source-maps")]
    [InlineData("B=2", "A=1", "B=2 NODE_OPTIONS=--enable-source-maps")]
    [InlineData("NODE_OPTIONS=-r x", "", "NODE_OPTIONS=-r x")]
    public void Source_maps_are_asked_for_unless_the_function_says_otherwise(string? wished, string before, string expected)
    {
        var source = Source.At(command.Write("f.ts", "export const handler = async () => 1;"));
        var function = DeployedFunction.From(StubNode.Function("f")) with { Environment = Variables(before) };
        var wishes = new Wishes { Runtime = "nodejs20.x", Environment = Variables(wished ?? "") };
        var desired = Plan.Desired(wishes, source, function, new NodeRuntimes(new RuntimeCatalog([], strict: false)));
        Assert.Equal(expected, string.Join(' ', desired.Environment!.Select(variable => $"{variable.Key}={variable.Value}")));
    }

    static Dictionary<string, string> Variables(string text) =>
        text.Length == 0 ? [] : new() { [text.Split('=', 2)[0]] = text.Split('=', 2)[1] };

    static async Task<List<(string Path, string Text)>> Made(Source source)
    {
        await source.Build!(TextWriter.Null, CancellationToken.None);
        using var zip = new ZipArchive(new MemoryStream(source.Pack()));
        return [.. zip.Entries.Select(entry =>
        {
            using var reader = new StreamReader(entry.Open());
            return (entry.FullName, reader.ReadToEnd());
        })];
    }
}
