using System.Globalization;
using Aloft.Client;
using Aloft.Terminal;

namespace Aloft.Deploying;

/// <summary>One thing that a deployment changes, as people read it.</summary>
/// <param name="Before">Null for a new function or variable.</param>
/// <param name="After">Null when it goes.</param>
internal sealed record Change(string What, string? Before, string? After)
{
    public const string Code = "code";

    /// <summary>Values of variables are secrets as often as not: only whether they change is told.</summary>
    const string Hidden = "(set)";
    const string HiddenNew = "(changed)";

    public static IReadOnlyList<Change> Between(DeployedFunction? before, DesiredFunction after, string codeSha256, long codeBytes)
    {
        var changes = new List<Change>();
        void Compare(string what, string? old, string? wanted)
        {
            if (wanted is not null && wanted != old)
                changes.Add(new(what, old is "" ? null : old, wanted is "" ? null : wanted));
        }

        if (before?.CodeSha256 != codeSha256)
            changes.Add(new(Code, before is null ? null : Shown(before.CodeSha256, before.CodeBytes), Shown(codeSha256, codeBytes)));
        Compare("runtime", before?.Runtime, after.Runtime);
        Compare("handler", before?.Handler, after.Handler);
        Compare("memory", Text(before?.MemoryMegabytes, "MB"), Text(after.MemoryMegabytes, "MB"));
        Compare("timeout", Text(before?.TimeoutSeconds, "s"), Text(after.TimeoutSeconds, "s"));
        Compare("role", before?.Role, after.Role);
        Compare("description", before?.Description ?? "", after.Description);
        if (after.Environment is not null)
            changes.AddRange(OfEnvironment(before?.Environment ?? new Dictionary<string, string>(), after.Environment));
        return changes;
    }

    static IEnumerable<Change> OfEnvironment(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after)
    {
        foreach (var name in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
            if (!after.ContainsKey(name))
                yield return new($"env {name}", Hidden, null);
            else if (!before.TryGetValue(name, out var old))
                yield return new($"env {name}", null, Hidden);
            else if (old != after[name])
                yield return new($"env {name}", Hidden, HiddenNew);
    }

    static string Shown(string sha256, long bytes) => $"{sha256[..Math.Min(sha256.Length, 12)]} ({Quantity.Bytes(bytes)})";

    static string? Text(int? number, string unit) => number is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known} {unit}") : null;
}
