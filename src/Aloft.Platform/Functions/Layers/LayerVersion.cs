using System.Text.RegularExpressions;
using Aloft.Wire;

namespace Aloft.Platform.Functions.Layers;

/// <summary>Names a layer on this cloud.</summary>
public sealed record LayerKey(string Account, string Region, string Name)
{
    public Arn Arn => Arn.Of("lambda", Region, Account, $"layer:{Name}");
}

/// <summary>Names one version of a layer.</summary>
public sealed partial record LayerVersionKey(LayerKey Layer, long Number)
{
    public string Arn => $"{Layer.Arn}:{Number}";

    /// <summary>Of a layer version's ARN; null for any other text.</summary>
    public static LayerVersionKey? OfArn(string arn) =>
        Pattern().Match(arn) is { Success: true } match && Wire.Arn.TryParse(arn, out _) && long.TryParse(match.Groups["number"].Value, out var number)
            ? new(new(match.Groups["account"].Value, match.Groups["region"].Value, match.Groups["name"].Value), number)
            : null;

    [GeneratedRegex(
        @"\Aarn:[a-zA-Z0-9-]+:lambda:(?<region>[a-zA-Z0-9-]+):(?<account>[0-9]{12}):layer:(?<name>[a-zA-Z0-9_-]+):(?<number>[0-9]+)\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}

/// <summary>A published version of a layer; it never changes. https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html</summary>
public sealed record LayerVersion
{
    public required LayerVersionKey Key { get; init; }

    public required string Description { get; init; }

    public string? License { get; init; }

    /// <summary>What its publisher says that it fits; nothing is checked by it, lists are selected by it.</summary>
    public IReadOnlyList<string> Runtimes { get; init; } = [];

    /// <summary>As <see cref="Runtimes"/>.</summary>
    public IReadOnlyList<string> Architectures { get; init; } = [];

    /// <summary>Lower-case hex of the package's SHA-256.</summary>
    public required string CodeDigest { get; init; }

    /// <summary>Bytes of the zip.</summary>
    public required long CodeSize { get; init; }

    public required DateTimeOffset Created { get; init; }
}

/// <summary>A layer version in a function: all that running it needs, so that it outlives the version's deletion. Its names are persisted.</summary>
/// <param name="Digest">Of its package.</param>
/// <param name="CodeSize">Bytes of its zip.</param>
public sealed record FunctionLayer(string Arn, string Digest, long CodeSize);

/// <summary>Selects the versions whose publisher named this runtime and this architecture; null is any.</summary>
public sealed record LayerFilter(string? Runtime, string? Architecture);

/// <summary>Who may use a layer version.</summary>
/// <param name="Principal">An account's 12 digits or root ARN, or <c>*</c> for every account.</param>
public sealed record LayerPermission(string StatementId, string Principal)
{
    public bool Covers(string account) =>
        Principal == "*" || Principal == account || (Arn.TryParse(Principal, out var arn) && arn.Account == account);
}

/// <param name="Revision">A UUID, new with every change.</param>
public sealed record LayerPolicy(string Revision, IReadOnlyList<LayerPermission> Permissions);
