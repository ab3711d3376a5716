using Aloft.Platform.Functions.Registry;
using Aloft.Wire;

namespace Aloft.Platform.Functions.Provisioning;

/// <summary>
/// The refusals that concern provisioned concurrency, in AWS's words where they are known.
/// https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html
/// </summary>
internal static class ProvisioningError
{
    public static ApiError NotConfigured() =>
        new("ProvisionedConcurrencyConfigNotFoundException", 404, "No Provisioned Concurrency Config found for this function");

    public static ApiError Unpublished() => Invalid("Provisioned Concurrency Configs cannot be applied to unpublished function versions.");

    public static ApiError Weighted() => Invalid("Alias with weights can not be used with Provisioned Concurrency");

    public static ApiError OnVersionOfAlias() =>
        Conflict("Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version");

    public static ApiError OnAliasOfVersion() => Conflict("Version is pointed by a Provisioned Concurrency alias");

    public static ApiError OverReserved() =>
        Invalid("Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function");

    public static ApiError OverAccount(int left) =>
        Invalid($"Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [{left}].");

    public static ApiError TooLittleLeft(int minimum) => Invalid(
        $"Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [{minimum}].");

    public static ApiError ReservedTooLow(int reserved, int provisioned) => Invalid(
        $"ReservedConcurrentExecutions {reserved} should not be lower than function's total provisioned concurrency [{provisioned}].");

    static ApiError Invalid(string message) => new("InvalidParameterValueException", 400, message);

    static ApiError Conflict(string message) => new("ResourceConflictException", 409, message);
}
