using Aloft.Client;
using Aloft.Packaging;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Deploying;

/// <summary>What the command line says about a function; it goes before aloft.json, and that before what the source looks like.</summary>
internal sealed record Wishes
{
    public string? Name { get; init; }

    /// <summary>AWS's identifier, or <c>node</c>, <c>python</c>, <c>dotnet</c>, <c>shell</c> for the newest that the node has.</summary>
    public string? Runtime { get; init; }
    public string? Handler { get; init; }
    public int? Memory { get; init; }
    public int? Timeout { get; init; }
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
    public string? Role { get; init; }
    public string? Description { get; init; }
}

internal static class Plan
{
    public static string NameOf(Wishes wishes, Source source) => wishes.Name ?? source.Manifest.Name ?? source.SuggestedName;

    /// <param name="before">The function as it is; its runtime stays when it is of the source's language and nothing else is asked for.</param>
    public static DesiredFunction Desired(Wishes wishes, Source source, DeployedFunction? before, NodeRuntimes node)
    {
        var manifest = source.Manifest;
        var asked = wishes.Runtime ?? manifest.Runtime;
        var shape = source.Shape();
        return new()
        {
            Name = NameOf(wishes, source),
            Runtime = asked is not null ? Identifier(asked, node) : RuntimeFor(shape ?? throw NotRecognised("runtime"), before, node),
            Handler = (wishes.Handler ?? manifest.Handler) is { } handler ? source.Handler(handler) : shape?.Handler ?? throw NotRecognised("handler"),
            MemoryMegabytes = wishes.Memory ?? manifest.Memory,
            TimeoutSeconds = wishes.Timeout ?? manifest.Timeout,
            Environment = Environment(wishes.Environment, manifest.Environment, source.Environment, before),
            Role = wishes.Role ?? manifest.Role,
            Description = wishes.Description ?? manifest.Description,
        };
    }

    static string RuntimeFor(SourceShape shape, DeployedFunction? before, NodeRuntimes node) =>
        before is not null && RuntimeCatalog.LanguageOf(before.Runtime) == shape.Language
            ? before.Runtime
            : node.RuntimeFor(shape.Language);

    static string Identifier(string asked, NodeRuntimes node) => asked switch
    {
        "node" => node.RuntimeFor(Language.Node),
        "python" => node.RuntimeFor(Language.Python),
        "dotnet" => node.RuntimeFor(Language.Dotnet),
        "shell" => node.RuntimeFor(Language.Custom),
        _ => asked,
    };

    /// <param name="needed">By the source, where nobody says otherwise. When nothing else is said, what the function has already stays.</param>
    static SortedDictionary<string, string>? Environment(
        IReadOnlyDictionary<string, string> wished, IReadOnlyDictionary<string, string>? manifest, IReadOnlyDictionary<string, string>? needed,
        DeployedFunction? before)
    {
        var isSaid = wished.Count > 0 || manifest is not null;
        if (!isSaid && needed is null)
            return null;
        var merged = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var layers = isSaid ? (IReadOnlyDictionary<string, string>?[])[needed, manifest, wished] : [needed, before?.Environment];
        foreach (var (name, value) in layers.SelectMany(layer => layer ?? new Dictionary<string, string>()))
            merged[name] = value;
        return merged;
    }

    static CommandFailed NotRecognised(string what) => CommandFailed.Usage(
        $"cannot tell the {what}: found no bootstrap, package.json with \"main\", index.js, lambda_function.py or app.py. Give --runtime and --handler.");
}
