using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>The refusals of the Lambda API itself, in AWS's words where AWS has them.</summary>
internal static class LambdaError
{
    public static ApiError Invalid(string message) => new("InvalidParameterValueException", 400, message);

    /// <summary>What is to have a URL.</summary>
    public static ApiError NoFunctionForUrl() => NotFound("Function does not exist");

    /// <summary>What is to have asynchronous settings.</summary>
    public static ApiError NoFunctionForEvents() => NotFound("The function doesn't exist.");

    public static ApiError NoSuchResource() => NotFound("The resource you requested does not exist.");

    public static ApiError ForeignMarker() => Invalid("The Marker is not one that an earlier answer gave as NextMarker.");

    static ApiError NotFound(string message) => new("ResourceNotFoundException", 404, message);

    public static ApiError NotAFunction() => Invalid(
        "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. "
        + "Please specify either a function name or an unqualified function ARN.");
}
