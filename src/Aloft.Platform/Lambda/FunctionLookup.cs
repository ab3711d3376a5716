using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Lambda;

internal static class FunctionLookup
{
    /// <summary>The function, as its qualifier asks for it. Throws <c>ResourceNotFoundException</c> when there is none.</summary>
    public static async ValueTask<FunctionRecord> Existing(this FunctionRegistry registry, FunctionName name, CancellationToken stop)
    {
        if (name.Qualifier is not (null or FunctionVersion.Latest))
            throw RegistryError.NotFound(name.Key, name.Qualifier);
        return await registry.FindRecord(name.Key, stop) ?? throw RegistryError.NotFound(name.Key, name.Qualifier);
    }
}
