using System.Globalization;
using System.Text.RegularExpressions;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>What the operations on aliases read. https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html</summary>
internal sealed partial class AliasInput
{
    readonly Members input;
    readonly Members? routing;
    readonly IReadOnlyDictionary<string, double>? weights;

    AliasInput(Members input)
    {
        this.input = input;
        Description = input.OptionalString("Description", max: Limits.DescriptionLength);
        routing = input.OptionalStructure("RoutingConfig");
        weights = routing?.OptionalNumbers("AdditionalVersionWeights");
        if (weights is not null)
            CheckWeights(routing!, weights);
    }

    public string? Description { get; }

    /// <summary>Whether anything was said of a second version: an empty RoutingConfig ends the sharing.</summary>
    public bool SaysRouting => routing is not null;

    public static AliasInput Read(Members input) => new(input);

    public static string? ReadVersion(Members input) => input.OptionalString("FunctionVersion", 1, Limits.VersionLength, VersionPattern());

    public static string RequireName(Members input) => input.RequiredString("Name", 1, Limits.AliasLength, NamePattern());

    /// <summary>Of a request whose path names an alias.</summary>
    public static (FunctionName Function, string Alias) TakeNames(ApiRequest request, Members input) =>
        (FunctionName.Take(request, input), RequireName(input.With("Name", request.Path("Name"))));

    /// <summary>Ends the reading of the whole input.</summary>
    public void Done()
    {
        input.Done();
        routing?.Done();
        if (weights?.Count > 1)
            throw LambdaError.Invalid("Number of items in AdditionalVersionWeights cannot be greater than 1");
    }

    /// <summary>Null where every invocation goes to one version.</summary>
    public AdditionalVersion? Additional => weights?.Select(one => new AdditionalVersion(one.Key, one.Value)).SingleOrDefault();

    static void CheckWeights(Members routing, IReadOnlyDictionary<string, double> weights)
    {
        var shown = string.Create(
            CultureInfo.InvariantCulture, $"{{{string.Join(", ", weights.Select(one => FormattableString.Invariant($"{one.Key}={one.Value}")))}}}");
        if (weights.Keys.Any(version => !AdditionalPattern().IsMatch(version)))
            routing.Fault("AdditionalVersionWeights", shown,
                "Map keys must satisfy constraint: [Member must have length less than or equal to 1024, "
                + "Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]");
        if (weights.Values.Any(weight => !(weight is >= 0 and <= 1)))
            routing.Fault("AdditionalVersionWeights", shown,
                "Map value must satisfy constraint: [Member must have value less than or equal to 1.0, "
                + "Member must have value greater than or equal to 0.0]");
    }

    [GeneratedRegex(@"\A(\$LATEST|[0-9]+)\z")]
    private static partial Regex VersionPattern();

    [GeneratedRegex(@"\A[0-9]{1,1024}\z")]
    private static partial Regex AdditionalPattern();

    [GeneratedRegex(@"\A(?![0-9]+\z)[a-zA-Z0-9_-]+\z")]
    private static partial Regex NamePattern();
}
