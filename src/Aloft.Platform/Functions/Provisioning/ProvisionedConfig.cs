using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Functions.Provisioning;

/// <summary>How many instances a version, or the versions of an alias together, are to have initialised at all times.</summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html</remarks>
/// <param name="Qualifier">A published version or an alias.</param>
/// <param name="Requested">At least 1.</param>
public sealed record ProvisionedConfig(FunctionKey Function, string Qualifier, int Requested, DateTimeOffset LastModified);

/// <summary>A configuration and the versions that it holds for now, each with its share.</summary>
public sealed record ProvisionedShares(ProvisionedConfig Config, IReadOnlyList<(string Version, int Count)> Versions)
{
    /// <summary>Of an alias, whose second version gets as much of them as it gets of the invocations.</summary>
    public static ProvisionedShares Of(ProvisionedConfig config, string version, AdditionalVersion? additional)
    {
        var second = additional is null ? 0 : (int)Math.Round(config.Requested * additional.Weight, MidpointRounding.AwayFromZero);
        return new(config, second == 0 ? [(version, config.Requested)]
            : second == config.Requested ? [(additional!.Version, second)]
            : [(version, config.Requested - second), (additional!.Version, second)]);
    }
}

/// <summary>What a node holds of a version's provisioned instances.</summary>
/// <param name="Instances">Initialised and kept, busy or not.</param>
/// <param name="Reached">So many there have been since that number was asked for; 0 while there have been fewer.</param>
/// <param name="Failure">Why there are not as many as wanted; null while nothing is known to be in the way.</param>
public readonly record struct Allocation(int Instances, int Reached, string? Failure);

/// <summary>Names as the API gives them.</summary>
public enum ProvisionedState { IN_PROGRESS, READY, FAILED }

/// <summary>A configuration as it is shown.</summary>
/// <param name="Reason">Of <see cref="ProvisionedState.FAILED"/>; else null.</param>
public sealed record ProvisionedStatus(ProvisionedConfig Config, int Allocated, ProvisionedState State, string? Reason);
