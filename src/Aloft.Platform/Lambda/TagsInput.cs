using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html</summary>
internal static partial class TagsInput
{
    const string ResourcePattern =
        @"arn:(aws[a-zA-Z-]*):lambda:[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:"
        + @"(function:[a-zA-Z0-9-_]+(:(\$LATEST|[a-zA-Z0-9-_]+))?|code-signing-config:csc-[a-z0-9]{17}"
        + "|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
        + "|capacity-provider:[a-zA-Z0-9-_]+)";

    /// <summary>Throws for keys and values that AWS does not take.</summary>
    public static void Check(IReadOnlyDictionary<string, string> tags)
    {
        foreach (var (key, value) in tags)
        {
            if (key.Length is 0 or > Limits.TagKeyLength)
                throw LambdaError.Invalid($"A tag key must have 1 to {Limits.TagKeyLength} characters; '{Shorten(key)}' has {key.Length}.");
            if (value.Length > Limits.TagValueLength)
                throw LambdaError.Invalid(
                    $"A tag value must have at most {Limits.TagValueLength} characters; that of '{key}' has {value.Length}.");
            if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
                throw LambdaError.Invalid($"The tag '{key}' is not allowed: keys that begin with 'aws:' are reserved for system use.");
        }
    }

    /// <summary>
    /// The function that the path's <c>Resource</c> names by its ARN; nothing else can be tagged here. What is wrong with it,
    /// <see cref="Members.Done"/> of <paramref name="input"/> tells: until then do not use the result.
    /// </summary>
    public static FunctionKey TakeResource(ApiRequest request, Members input)
    {
        var text = input.With("Resource", request.Path("Resource")).RequiredString("Resource", 1, Limits.FunctionNameLength);
        var match = Resource().Match(text);
        if (!match.Success)
        {
            if (text.Length is > 0 and <= Limits.FunctionNameLength)
                input.Fault("Resource", text, $"Member must satisfy regular expression pattern: {ResourcePattern}");
            return new("", "", "");
        }
        if (!match.Groups["name"].Success)
            throw new ApiError("ResourceNotFoundException", 404, $"Resource not found: {text}");
        if (match.Groups["qualifier"].Success)
            throw LambdaError.Invalid(
                "Tags on function aliases and versions are not supported. "
                + "Please specify either a function name or an unqualified function ARN.");
        return FunctionName.Take(request.Context, Members.Empty().With("FunctionName", text)).Key;
    }

    public static JsonObject Json(IReadOnlyDictionary<string, string> tags) =>
        new(tags.Select(tag => KeyValuePair.Create(tag.Key, (JsonNode?)tag.Value)));

    static string Shorten(string text) => text.Length <= 64 ? text : text[..64] + "…";

    [GeneratedRegex(
        @"\Aarn:aws[a-zA-Z-]*:lambda:[a-z]{2}(-gov|-iso[a-z]?)?-[a-z]+-[0-9]:[0-9]{12}:"
        + @"(function:(?<name>[a-zA-Z0-9_-]+)(?<qualifier>:(\$LATEST|[a-zA-Z0-9_-]+))?"
        + "|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
        + @"|capacity-provider:[a-zA-Z0-9_-]+)\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Resource();
}
