using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>The refusals of the Lambda API itself, in AWS's words where AWS has them.</summary>
internal static class LambdaError
{
    public static ApiError Invalid(string message) => new("InvalidParameterValueException", 400, message);

    public static ApiError NotAFunction() => Invalid(
        "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. "
        + "Please specify either a function name or an unqualified function ARN.");
}
