using Aloft.Platform.Functions.Layers;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

internal static class LayerFilterInput
{
    /// <summary>Takes <c>CompatibleRuntime</c> and <c>CompatibleArchitecture</c> of the query.</summary>
    public static LayerFilter Take(ApiRequest request, Members input)
    {
        input
            .With("CompatibleRuntime", request.Query("CompatibleRuntime"))
            .With("CompatibleArchitecture", request.Query("CompatibleArchitecture"));
        return new(
            input.OptionalString("CompatibleRuntime", among: RuntimeName.All),
            input.OptionalString("CompatibleArchitecture", among: ArchitectureInput.All));
    }
}
