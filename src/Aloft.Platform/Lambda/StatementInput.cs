using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>
/// The statement that AddPermission's parameters describe, as AWS writes it.
/// https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html
/// </summary>
internal sealed partial record StatementInput
{
    const string UrlAction = "lambda:InvokeFunctionUrl";

    required public string Id { get; init; }
    required public string Action { get; init; }
    required public string Principal { get; init; }
    string? SourceArn { get; init; }
    string? SourceAccount { get; init; }
    string? EventSourceToken { get; init; }
    string? OrganizationId { get; init; }
    string? UrlAuthType { get; init; }
    bool ViaUrl { get; init; }

    public static StatementInput Read(Members input) => new()
    {
        Id = input.RequiredString("StatementId", 1, Limits.StatementIdLength, IdPattern()),
        Action = input.RequiredString("Action", pattern: ActionPattern()),
        Principal = input.RequiredString("Principal", pattern: PrincipalPattern()),
        SourceArn = input.OptionalString("SourceArn", pattern: ArnPattern()),
        SourceAccount = input.OptionalString("SourceAccount", max: 12, pattern: AccountPattern()),
        EventSourceToken = input.OptionalString("EventSourceToken", max: 256, pattern: TokenPattern()),
        OrganizationId = input.OptionalString("PrincipalOrgID", 12, 34, OrganizationPattern()),
        UrlAuthType = input.OptionalString("FunctionUrlAuthType", among: ["NONE", "AWS_IAM"]),
        ViaUrl = input.OptionalBool("InvokedViaFunctionUrl") ?? false,
    };

    /// <param name="resource">The ARN of the function, the version or the alias.</param>
    public JsonObject Json(string resource, string region)
    {
        if (UrlAuthType is not null && Action != UrlAction)
            throw LambdaError.Invalid($"FunctionUrlAuthType is only supported for {UrlAction} action");

        var json = new JsonObject
        {
            ["Sid"] = Id,
            ["Effect"] = "Allow",
            ["Principal"] = PrincipalJson(region),
            ["Action"] = Action,
            ["Resource"] = resource,
        };
        if (Conditions() is { Count: > 0 } conditions)
            json["Condition"] = conditions;
        return json;
    }

    JsonNode PrincipalJson(string region)
    {
        if (Principal == "*")
            return "*";
        if (AccountPattern().IsMatch(Principal))
            return new JsonObject { ["AWS"] = Arn.RootOf(Principal, region).ToString() };
        if (PrincipalArnPattern().IsMatch(Principal))
            return new JsonObject { ["AWS"] = Principal };
        if (ServicePattern().IsMatch(Principal))
            return new JsonObject { ["Service"] = Principal };
        throw LambdaError.Invalid("The provided principal was invalid. Please check the principal and try again.");
    }

    JsonObject Conditions()
    {
        var conditions = new JsonObject();
        var equal = new JsonObject();
        Add(equal, "lambda:EventSourceToken", EventSourceToken);
        Add(equal, "lambda:FunctionUrlAuthType", UrlAuthType);
        Add(equal, "AWS:SourceAccount", SourceAccount);
        Add(equal, "aws:PrincipalOrgID", OrganizationId);
        if (equal.Count > 0)
            conditions["StringEquals"] = equal;
        if (ViaUrl)
            conditions["Bool"] = new JsonObject { ["lambda:InvokedViaFunctionUrl"] = "true" };
        if (SourceArn is not null)
            conditions["ArnLike"] = new JsonObject { ["AWS:SourceArn"] = SourceArn };
        return conditions;
    }

    static void Add(JsonObject json, string key, string? value)
    {
        if (value is not null)
            json[key] = value;
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9_-]+\z")]
    internal static partial Regex IdPattern();

    [GeneratedRegex(@"\A(lambda:[*]|lambda:[a-zA-Z]+|[*])\z")]
    private static partial Regex ActionPattern();

    [GeneratedRegex(@"\A[^\s]+\z")]
    private static partial Regex PrincipalPattern();

    [GeneratedRegex(@"\Aarn:aws[a-zA-Z-]*:(iam|sts)::[0-9]{12}:[^\s]+\z")]
    private static partial Regex PrincipalArnPattern();

    [GeneratedRegex(@"\A[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.com(\.cn)?|amazon\.com|alexa\.com)\z")]
    private static partial Regex ServicePattern();

    [GeneratedRegex(@"\Aarn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}(-gov)?-[a-z]+-[0-9])?:([0-9]{12})?:(.*)\z")]
    private static partial Regex ArnPattern();

    [GeneratedRegex(@"\A[0-9]{12}\z")]
    private static partial Regex AccountPattern();

    [GeneratedRegex(@"\A[a-zA-Z0-9._\-]+\z")]
    private static partial Regex TokenPattern();

    [GeneratedRegex(@"\Ao-[a-z0-9]{10,32}\z")]
    private static partial Regex OrganizationPattern();
}
