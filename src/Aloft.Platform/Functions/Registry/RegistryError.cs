using Aloft.Wire;

namespace Aloft.Platform.Functions.Registry;

/// <summary>The refusals that concern functions, in AWS's words. https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html</summary>
public static class RegistryError
{
    /// <summary>No such function, or not with this qualifier.</summary>
    public static ApiError NotFound(FunctionKey key, string? qualifier = null) =>
        NotFound($"Function not found: {(qualifier is null ? key.Arn : $"{key.Arn}:{qualifier}")}");

    /// <summary>The function is there, but not this version or alias: of the operations that tell these apart.</summary>
    public static ApiError NoSuchRelease(FunctionKey key, string qualifier) => qualifier.All(char.IsAsciiDigit)
        ? NotFound(key, qualifier)
        : NotFound($"Cannot find alias arn: {key.Arn}:{qualifier}");

    public static ApiError NoSuchUrl() => NotFound("The resource you requested does not exist.");

    public static ApiError AlreadyExists(FunctionKey key) => Conflict($"Function already exist: {key.Name}");

    public static ApiError UrlExists(FunctionKey key) => Conflict(
        $"Failed to create function url config for [functionArn = {key.Arn}]. "
        + "Error message:  FunctionUrlConfig exists for this Lambda function");

    public static ApiError OtherCode(string given, string latest) => Invalid(
        $"CodeSHA256 ({given}) is different from current CodeSHA256 in $LATEST ({latest}). Please try again with the CodeSHA256 in $LATEST.");

    public static ApiError VersionInUse(IEnumerable<string> aliases) =>
        Conflict($"Unable to delete version because the following aliases reference it: [{string.Join(", ", aliases)}]");

    public static ApiError AliasExists(FunctionAlias alias) => Conflict($"Alias already exists: {alias.Arn}");

    public static ApiError AliasNotFound(FunctionKey key, string name) => NotFound($"Alias not found: {key.Arn}:{name}");

    public static ApiError LatestIsNotShared() => Invalid("$LATEST is not supported for an alias pointing to more than 1 version");

    public static ApiError SameVersionTwice(string version) => Invalid(
        $"Invalid function version {version}. Function version {version} is already included in routing configuration.");

    public static ApiError DifferentRoles() => Invalid("Specified versions must be associated with the same execution role");

    public static ApiError StatementExists(string id) => Conflict(
        $"The statement id ({id}) provided already exists. Please provide a new statement id, or remove the existing statement.");

    public static ApiError NoSuchStatement(string id) => NotFound($"Statement {id} is not found in resource policy.");

    public static ApiError NoPolicy() => NotFound("No policy is associated with the given resource.");

    public static ApiError PolicyTooLong(int bytes) => new(
        "PolicyLengthExceededException", 400, $"The final policy size ({bytes}) is bigger than the limit ({Limits.PolicyBytes}).");

    public static ApiError PolicyRevisionMismatch() => new("PreconditionFailedException", 412,
        "The RevisionId provided does not match the latest RevisionId. Call the GetPolicy API to retrieve the latest RevisionId");

    public static ApiError UpdateInProgress(FunctionKey key) =>
        Conflict($"The operation cannot be performed at this time. An update is in progress for resource: {key.Arn}");

    public static ApiError BeingCreated() =>
        Conflict("The operation cannot be performed at this time. The function is currently in the following state: Pending");

    public static ApiError RevisionMismatch() => new("PreconditionFailedException", 412,
        "The Revision Id provided does not match the latest Revision Id. "
        + "Call the GetFunction/GetAlias API to retrieve the latest Revision Id");

    public static ApiError CodeStorageExceeded() => new("CodeStorageExceededException", 400, "Code storage limit exceeded.");

    public static ApiError TooManyTags() => Invalid("Number of tags exceeds resource tag limit.");

    public static ApiError TooMuchReserved(int minimum) => Invalid(
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of "
        + $"[{minimum}].");

    static ApiError Invalid(string message) => new("InvalidParameterValueException", 400, message);

    static ApiError NotFound(string message) => new("ResourceNotFoundException", 404, message);

    static ApiError Conflict(string message) => new("ResourceConflictException", 409, message);
}
