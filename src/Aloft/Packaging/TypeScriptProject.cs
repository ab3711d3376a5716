using Aloft.Deploying;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Packaging;

/// <summary>
/// TypeScript source: a file, or a folder whose handler is in one. It becomes one module with everything that it imports, from the folder and
/// from <c>node_modules</c>, and a source map, so that stack traces name the lines of the source. Types are not checked.
/// </summary>
internal sealed class TypeScriptProject
{
    /// <summary>Node looks for source maps only where it is asked to.</summary>
    public static readonly IReadOnlyDictionary<string, string> Environment = new Dictionary<string, string> { ["NODE_OPTIONS"] = "--enable-source-maps" };

    /// <summary>What CommonJS modules of a package expect, which a bundle in module syntax would not have.</summary>
    const string Banner =
        "import{createRequire as aloftRequire}from\"node:module\";import{fileURLToPath as aloftPath}from\"node:url\";"
        + "const require=aloftRequire(import.meta.url);globalThis.__filename??=aloftPath(import.meta.url);"
        + "globalThis.__dirname??=aloftPath(new URL(\".\",import.meta.url));";

    static readonly string[] Extensions = [".ts", ".mts", ".cts"];

    /// <summary>Of a folder: what the bundle holds, or what only a compiler needs.</summary>
    static readonly string[] NotPacked = [".ts", ".mts", ".cts", ".tsx"];

    readonly string entry;
    readonly string? folder;
    readonly TypeScriptCompiler compiler;

    /// <param name="entry">Absolute path of the module with the handler.</param>
    /// <param name="folder">Whose other files are packed too; null for a file by itself.</param>
    public TypeScriptProject(string entry, string? folder, TypeScriptCompiler? compiler = null) =>
        (this.entry, this.folder, this.compiler) = (entry, folder, compiler ?? TypeScriptCompiler.OfUser);

    public static bool Is(string path) => Extensions.Contains(Path.GetExtension(path));

    /// <summary>
    /// The module of a folder that has the handler: the one that a handler names, or <c>index.ts</c>, or <c>src/index.ts</c>. Null where there is
    /// none, and where JavaScript stands in its place.
    /// </summary>
    public static string? EntryOf(string folder, string? handler)
    {
        string[] modules = handler is { Length: > 0 } && handler.LastIndexOf('.') is > 0 and var dot ? [handler[..dot]] : ["index", "src/index"];
        foreach (var module in modules)
        {
            if (((string[])[".js", ".mjs", ".cjs"]).Any(extension => File.Exists(Path.Combine(folder, module + extension))))
                return null;
            if (Extensions.Select(extension => Path.Combine(folder, module + extension)).FirstOrDefault(File.Exists) is { } found)
                return found;
        }
        return null;
    }

    /// <summary>What was made of it, in the order of the paths. Empty before.</summary>
    public IReadOnlyList<PackageFile> Files { get; private set; } = [];

    /// <summary>Within the package, without its extension; a dot would end it in the handler, and no handler has a space.</summary>
    string Module => Path.Combine(
        folder is null ? "" : Path.GetRelativePath(folder, Path.GetDirectoryName(entry)!).Replace('\\', '/') is var within && within != "." ? within : "",
        Path.GetFileNameWithoutExtension(entry).Replace('.', '_').Replace(' ', '_'));

    public SourceShape Shape() => new(Language.Node, $"{Module}.handler");

    public async Task Build(TextWriter progress, CancellationToken stop)
    {
        var program = await compiler.Program(progress, stop);
        if (Files.Count == 0)
            await progress.WriteLineAsync($"translating {entry} (types are not checked)");
        var made = Path.GetTempFileName();
        try
        {
            await Deploying.Build.Run(
                $"{Quoted(program)} {Quoted(Path.GetFileName(entry))} --bundle --platform=node --format=esm --target=node18 --charset=utf8 --sourcemap=inline "
                + $"--sources-content=false --log-level=warning --color=false --banner:js={Quoted(Banner)} > {Quoted(made)}",
                Path.GetDirectoryName(entry)!, progress, stop);
            Files = [.. Assets().Append(new($"{Module}.mjs", "", IsExecutable: false) { Content = await File.ReadAllBytesAsync(made, stop) })
                .OrderBy(file => file.Path, StringComparer.Ordinal)];
        }
        catch (CommandFailed failed) when (failed.ExitCode == ExitCode.Failed)
        {
            throw new CommandFailed(ExitCode.Failed,
                $"{entry} could not be translated; the lines above say where. A package that it imports must be installed beside it (npm install): "
                + "the runtime brings none, not even the AWS SDK.");
        }
        finally
        {
            File.Delete(made);
        }
    }

    IEnumerable<PackageFile> Assets() => folder is null ? [] : SourceFolder.Files(folder).Where(file =>
        !file.Path.Split('/').Contains("node_modules")
        && !NotPacked.Contains(Path.GetExtension(file.Path))
        && Path.GetFileName(file.Path) is not ("package.json" or "package-lock.json" or ".npmrc" or "tsconfig.json")
        && file.Path != $"{Module}.mjs");

    static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
