using System.Text.Json.Nodes;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Client;

/// <summary>The runtimes that a node has, as <see cref="RuntimesSite"/> tells them. None when the endpoint is not Aloft.</summary>
internal sealed record NodeRuntimes(RuntimeCatalog Catalog)
{
    public static async Task<NodeRuntimes> Ask(ApiClient api, CancellationToken stop)
    {
        try
        {
            var answer = await api.Send(
                HttpMethod.Get, "lambda", RuntimesSite.Path, default, new Dictionary<string, string>(), ProgramLimits.Answer, stop);
            return From(answer.Json);
        }
        catch (RequestRefused)
        {
            return From([]); // another cloud behind AWS_ENDPOINT_URL: the verbs work there too, with less to tell
        }
    }

    public static NodeRuntimes From(JsonObject document)
    {
        var installed = new List<InstalledRuntime>();
        foreach (var runtime in document["runtimes"] as JsonArray ?? [])
            if (Enum.TryParse<Language>((string?)runtime?["language"], ignoreCase: true, out var language)
                && Version.TryParse((string?)runtime?["version"], out var version))
                installed.Add(new(language, version, Path: ""));
        return new(new RuntimeCatalog(installed, (bool?)document["strict"] ?? false));
    }

    /// <summary>AWS's name for the newest runtime of a language that the node has; where it does not tell, one that AWS has.</summary>
    public string RuntimeFor(Language language)
    {
        var newest = Catalog.Installed.Where(runtime => runtime.Language == language).MaxBy(runtime => runtime.Version)?.Version;
        return language switch
        {
            Language.Node => $"nodejs{newest?.Major ?? 22}.x",
            Language.Python => $"python{newest?.ToString(2) ?? "3.13"}",
            Language.Dotnet => $"dotnet{newest?.Major ?? 10}",
            _ => "provided.al2023",
        };
    }

    /// <summary>What a requested runtime runs on here; empty when the node does not tell.</summary>
    public string RunsOn(string requested) => Catalog.Installed.Count > 0 ? Catalog.Resolve(requested)?.Actual ?? "" : "";
}
