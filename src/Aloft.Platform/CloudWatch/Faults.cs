using Aloft.Wire;

namespace Aloft.Platform.CloudWatch;

/// <summary>The errors of the API model, in AWS's words.</summary>
static class Faults
{
    internal static ApiError NoGroup => new("ResourceNotFoundException", 400, "The specified log group does not exist.");

    internal static ApiError NoStream => new("ResourceNotFoundException", 400, "The specified log stream does not exist.");

    internal static ApiError GroupExists => new("ResourceAlreadyExistsException", 400, "The specified log group already exists");

    internal static ApiError StreamExists => new("ResourceAlreadyExistsException", 400, "The specified log stream already exists");

    internal static ApiError BadToken => Invalid("The specified nextToken is invalid.");

    internal static ApiError Invalid(string message) => new("InvalidParameterException", 400, message);
}
