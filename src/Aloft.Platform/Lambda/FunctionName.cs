using System.Text.RegularExpressions;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>
/// A function as a caller names it: by name, by partial ARN (<c>123456789012:function:name</c>) or by ARN, each with or without
/// <c>:qualifier</c>.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html#API_GetFunction_RequestParameters</remarks>
/// <param name="Qualifier">As given, in the name or beside it; null when there is none.</param>
internal readonly partial record struct FunctionName(FunctionKey Key, string? Qualifier)
{
    const string ModelPattern =
        @"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)"
        + @"(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?";

    /// <summary>Of a request whose whole input is the name, in the path, and the qualifier, in the query. Throws when ill-formed.</summary>
    public static FunctionName Parse(ApiRequest request)
    {
        var input = Members.Empty();
        var name = Take(request, input);
        input.Done();
        return name;
    }

    /// <summary>
    /// Takes name and qualifier into <paramref name="input"/>, whose <see cref="Members.Done"/> tells what is wrong; until then do not
    /// use the result.
    /// </summary>
    public static FunctionName Take(ApiRequest request, Members input) => Take(request.Context, input
        .With("FunctionName", request.Path("FunctionName"))
        .With("Qualifier", request.Query("Qualifier")));

    /// <summary>The same of an input that has them as members of its own.</summary>
    public static FunctionName Take(RequestContext context, Members input)
    {
        var text = input.RequiredString("FunctionName", min: 1, max: Limits.FunctionNameLength);
        var beside = input.OptionalString("Qualifier", min: 1, max: Limits.QualifierLength, QualifierPattern());

        var match = NamePattern().Match(text);
        if (!match.Success)
        {
            if (text.Length is > 0 and <= Limits.FunctionNameLength)
                input.Fault("FunctionName", text, $"Member must satisfy regular expression pattern: {ModelPattern}");
            return default;
        }

        var name = match.Groups["name"].Value;
        if (name.Length > Limits.NameLength)
            input.Fault("FunctionName", text, $"Member must have length less than or equal to {Limits.NameLength}");

        CheckReachable(context, match, name);
        var inside = match.Groups["qualifier"] is { Success: true } group ? group.Value : null;
        if (inside is not null && beside is not null && inside != beside)
            throw LambdaError.Invalid("The derived qualifier from the function name does not match the specified qualifier.");
        return new(new(context.Account, context.Region, name), inside ?? beside);
    }

    /// <summary>The function itself. Throws when a version or an alias was named.</summary>
    public FunctionKey Unqualified() => Qualifier is null or FunctionVersion.Latest ? Key : throw LambdaError.NotAFunction();

    static void CheckReachable(RequestContext context, Match match, string name)
    {
        if (match.Groups["partition"] is { Success: true } partition && partition.Value != Arn.PartitionOf(context.Region))
            throw new ApiError("ResourceNotFoundException", 404,
                $"Functions from '{partition.Value}' are not reachable in this region ('{context.Region}')");
        if (match.Groups["region"] is { Success: true } region && region.Value != context.Region)
            throw new ApiError("ResourceNotFoundException", 404,
                $"Functions from '{region.Value}' are not reachable in this region ('{context.Region}')");
        if (match.Groups["account"] is { Success: true } account && account.Value != context.Account)
            throw new ApiError("AccessDeniedException", 403,
                $"User: {context.PrincipalArn} is not authorized to access function {name} of account {account.Value}: "
                + "Aloft keeps resource-based policies, and does not let other accounts in by them yet");
    }

    [GeneratedRegex(
        @"\A(arn:(?<partition>aws[a-zA-Z-]*)?:lambda:)?((?<region>[a-z]{2}(-gov|-iso[a-z]?)?-[a-z]+-[0-9]):)?((?<account>[0-9]{12}):)?(function:)?"
        + @"(?<name>[a-zA-Z0-9_-]+)(:(?<qualifier>\$LATEST|[a-zA-Z0-9_-]+))?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\A(\$LATEST|[a-zA-Z0-9$_-]+)\z")]
    private static partial Regex QualifierPattern();
}
