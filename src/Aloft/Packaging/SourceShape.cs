using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Packaging;

/// <summary>What a package's files tell about how to run them.</summary>
internal sealed partial record SourceShape(Language Language, string Handler)
{
    /// <summary>The handler of a custom runtime: the bootstrap gets it in <c>_HANDLER</c> and mostly ignores it.</summary>
    public const string CustomHandler = "bootstrap";

    static readonly string[] NodeFiles = ["index.js", "index.mjs", "index.cjs"];
    static readonly string[] PythonFiles = ["lambda_function.py", "app.py", "main.py", "handler.py", "index.py"];

    /// <summary>Looks for a bootstrap, a package.json, then the usual names of Node and Python.</summary>
    /// <param name="paths">The package's files.</param>
    /// <param name="read">The text of one of them.</param>
    /// <returns>Null when nothing is recognised.</returns>
    public static SourceShape? Infer(IReadOnlyCollection<string> paths, Func<string, string> read)
    {
        if (paths.Contains("bootstrap"))
            return new(Language.Custom, CustomHandler);
        if (paths.Contains("package.json") && MainOf(read("package.json"), paths) is { } main)
            return OfFile(main, "");
        if (NodeFiles.FirstOrDefault(paths.Contains) is { } node)
            return OfFile(node, "");
        if (PythonFiles.FirstOrDefault(paths.Contains) is { } python)
            return OfFile(python, read(python));
        return null;
    }

    /// <summary>The shape of one source file; null when its name does not tell its language.</summary>
    public static SourceShape? OfFile(string path, string text)
    {
        var module = path[..^Path.GetExtension(path).Length];
        return Path.GetExtension(path) switch
        {
            ".js" or ".mjs" or ".cjs" => new(Language.Node, $"{module}.handler"),
            ".py" => new(Language.Python, $"{module}.{PythonHandlerIn(text)}"),
            ".sh" => new(Language.Custom, CustomHandler),
            _ => null,
        };
    }

    /// <summary>A module that Node would only load by the name .mjs when nothing beside it says so.</summary>
    public static bool IsEcmaScriptModule(string text) => ModuleSyntax().IsMatch(text);

    /// <summary>AWS's own samples name it lambda_handler; that goes first.</summary>
    static string PythonHandlerIn(string text)
    {
        var names = TopLevelFunction().Matches(text).Select(match => match.Groups[1].Value).ToHashSet();
        return names.Contains("lambda_handler") || !names.Contains("handler") ? "lambda_handler" : "handler";
    }

    static string? MainOf(string packageJson, IReadOnlyCollection<string> paths)
    {
        try
        {
            var main = JsonNode.Parse(packageJson) is JsonObject package && package["main"] is JsonValue named && named.TryGetValue<string>(out var text)
                ? text.StartsWith("./", StringComparison.Ordinal) ? text[2..] : text
                : null;
            return main is not null && paths.Contains(main) ? main : null;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException) // the latter: a key is there twice
        {
            throw CommandFailed.Usage($"package.json is not valid JSON: {fault.Message}");
        }
    }

    [GeneratedRegex(@"^(?:async\s+)?def\s+(\w+)\s*\(", RegexOptions.Multiline)]
    private static partial Regex TopLevelFunction();

    [GeneratedRegex(@"^\s*(?:export\s+(?:const|let|var|function|async|class|default|\{)|import\s+[\w{*'""])", RegexOptions.Multiline)]
    private static partial Regex ModuleSyntax();
}
