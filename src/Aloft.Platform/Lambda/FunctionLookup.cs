using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Lambda;

/// <summary>Finds what a caller names. Throws <c>ResourceNotFoundException</c> when there is none.</summary>
internal static class FunctionLookup
{
    /// <summary>The function, which must have the version or alias that the qualifier names.</summary>
    public static async ValueTask<FunctionRecord> Existing(this FunctionRegistry registry, FunctionName name, CancellationToken stop)
    {
        await registry.ExistingVersion(name, stop);
        return await registry.FindRecord(name.Key, stop) ?? throw RegistryError.NotFound(name.Key, name.Qualifier);
    }

    /// <summary>The version that the qualifier shows.</summary>
    public static async ValueTask<FunctionVersion> ExistingVersion(this FunctionRegistry registry, FunctionName name, CancellationToken stop) =>
        await registry.FindShown(name.Key, name.Qualifier, stop) ?? throw RegistryError.NotFound(name.Key, name.Qualifier);

    /// <summary>Throws when there is no such function, else when it has no such version or alias.</summary>
    public static async ValueTask CheckRelease(this FunctionRegistry registry, FunctionName name, CancellationToken stop)
    {
        await registry.ExistingVersion(name with { Qualifier = null }, stop);
        if (name.Qualifier is { } qualifier && await registry.FindShown(name.Key, qualifier, stop) is null)
            throw RegistryError.NoSuchRelease(name.Key, qualifier);
    }
}
