using Aloft.Wire;

namespace Aloft.Platform.CloudWatch.Filters;

/// <summary>
/// A filter pattern: terms of text, or a condition on JSON.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
/// </summary>
abstract class FilterPattern
{
    internal abstract bool Matches(string message);

    /// <summary>Null for the empty pattern, which matches everything. Throws InvalidParameterException.</summary>
    internal static FilterPattern? Parse(string? pattern)
    {
        var text = pattern?.Trim() ?? "";
        return text switch
        {
            "" or "\"\"" => null,
            ['{', .., '}'] => new JsonPatternParser(text[1..^1]).Parse(),
            ['{', ..] => throw Invalid("If a filter pattern starts with '{' it must end with '}'"),
            ['[', ..] => throw Invalid(
                "Space-delimited filter patterns ([…]) are not supported by Aloft yet. Use terms, \"phrases\", %regex% or { $.json }."),
            _ => TextPattern.Parse(text),
        };
    }

    internal static ApiError Invalid(string message) => new("InvalidParameterException", 400, message);
}
