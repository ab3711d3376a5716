using System.Text.RegularExpressions;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>
/// The DeadLetterConfig of a function: an SQS queue or an SNS topic, neither of which Aloft has yet. An empty ARN means none.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq</remarks>
internal static partial class DeadLetterTarget
{
    public static void OnlyNone(Members? config)
    {
        var target = config?.OptionalString("TargetArn", pattern: Pattern()) ?? "";
        if (target.Length == 0 || !Pattern().IsMatch(target))
            return; // none, or told of by the caller's Done
        var kind = Arn.TryParse(target, out var arn) ? arn.Service : "";
        throw LambdaError.Invalid(kind is "sqs" or "sns"
            ? $"The parameter deadLetterConfig.targetArn cannot be {target}: {kind.ToUpperInvariant()} is not supported by Aloft yet. Remove it, or "
              + "have records of failed events sent to a function: PutFunctionEventInvokeConfig with DestinationConfig.OnFailure."
            : $"The parameter deadLetterConfig.targetArn must be the ARN of an SQS queue or an SNS topic, not {target}.");
    }

    [GeneratedRegex(@"^((arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|())\z")]
    private static partial Regex Pattern();
}
