using System.Globalization;
using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Lambda.History;

/// <summary>What differs between two versions in how they run. Of environment variables the names alone are told: the values may be secrets.</summary>
internal static class ConfigurationComparison
{
    public static IReadOnlyList<Difference> Of(FunctionVersion recorded, FunctionVersion replay) =>
        [.. Settings(recorded).Zip(Settings(replay))
            .Where(pair => pair.First.Value != pair.Second.Value)
            .Select(pair => new Difference(pair.First.Name, pair.First.Value, pair.Second.Value))
            .Concat(Variables(recorded.Environment, replay.Environment))];

    static IEnumerable<(string Name, string Value)> Settings(FunctionVersion version) =>
    [
        ("version", version.Version),
        ("codeSha256", version.CodeSha256),
        ("runtime", version.Runtime),
        ("handler", version.Handler),
        ("memoryMegabytes", version.MemoryMegabytes.ToString(CultureInfo.InvariantCulture)),
        ("timeoutSeconds", version.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)),
        ("tmpMegabytes", version.TmpMegabytes.ToString(CultureInfo.InvariantCulture)),
        ("architecture", version.Architecture),
        ("role", version.Role),
        ("layers", string.Join(", ", version.Layers.Select(layer => layer.Arn))),
        ("logGroup", version.LogGroup),
    ];

    static IEnumerable<Difference> Variables(IReadOnlyDictionary<string, string> recorded, IReadOnlyDictionary<string, string> replay) =>
        from name in recorded.Keys.Union(replay.Keys).Order(StringComparer.Ordinal)
        let before = recorded.GetValueOrDefault(name)
        let now = replay.GetValueOrDefault(name)
        where before != now
        select new Difference($"environment {name}", before is null ? null : "set", now is null ? null : before is null ? "set" : "set differently");
}
