using System.Text.RegularExpressions;
using Aloft.Platform.Functions.Registry;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>
/// Where records of asynchronous invocations go. So far only to functions of the same account and region; what Aloft cannot reach yet
/// is refused by name. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
/// </summary>
internal static partial class Destination
{
    static readonly Dictionary<string, string> NotYet = new()
    {
        ["sqs"] = "SQS queues",
        ["sns"] = "SNS topics",
        ["events"] = "EventBridge event buses",
        ["s3"] = "S3 buckets",
    };

    /// <summary>The ARN in <c>{"Destination": …}</c>; empty for none.</summary>
    public static string Take(Members structure) =>
        structure.OptionalString("Destination", max: Limits.DestinationLength, pattern: Pattern()) ?? "";

    /// <summary>Throws unless records of <paramref name="source"/> can be sent there.</summary>
    public static async ValueTask Check(FunctionRegistry registry, FunctionKey source, string destination, CancellationToken stop)
    {
        if (!Arn.TryParse(destination, out var arn))
            throw destination.StartsWith("kafka:", StringComparison.Ordinal) ? NotSupported(destination, "Kafka topics") : Invalid(destination);
        if (NotYet.TryGetValue(arn.Service, out var kind))
            throw NotSupported(destination, kind);
        if (arn.Service != "lambda" || arn.Resource.Split(':') is not ["function", var name, .. var rest] || rest.Length > 1)
            throw Invalid(destination);
        if (arn.Account != source.Account || arn.Region != source.Region)
            throw LambdaError.Invalid(
                $"The destination {destination} is not supported by Aloft: a destination must be in the account and region of its function, "
                + $"here {source.Account} and {source.Region}.");
        if (name == source.Name)
            throw LambdaError.Invalid("You can't specify the function as a destination for itself.");
        if (await registry.Find(source with { Name = name }, rest is [var qualifier] ? qualifier : null, stop) is null)
            throw LambdaError.Invalid($"The destination ARN {destination} is invalid: there is no such function.");
    }

    static ApiError Invalid(string destination) => LambdaError.Invalid($"The destination ARN {destination} is invalid.");

    static ApiError NotSupported(string destination, string kind) => LambdaError.Invalid(
        $"The destination {destination} is not supported by Aloft yet: {kind} cannot be destinations. Use the ARN of a Lambda function.");

    [GeneratedRegex(
        @"^(|kafka://([^.]([a-zA-Z0-9\-_.]{0,248}))"
        + @"|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-[0-9])?:([0-9]{12})?:(.*))\z")]
    private static partial Regex Pattern();
}
