using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Functions.Standby;

/// <summary>Which runtime version a function stays with. The versions are those that this machine has: Aloft brings none.</summary>
public static class PinnedRuntime
{
    /// <summary>
    /// What a version of a function runs on here. With <c>Manual</c> that version and no other, null when the machine has it no more; with
    /// <c>FunctionUpdate</c> the one of the function's last change while the machine has it.
    /// </summary>
    public static RuntimeChoice? Resolve(this RuntimeCatalog catalog, FunctionVersion function) => function.RuntimeUpdates switch
    {
        { Mode: RuntimeUpdateMode.Manual, Pinned: { } pinned } => catalog.Find(function.Runtime, pinned),
        { Mode: RuntimeUpdateMode.FunctionUpdate, Pinned: { } pinned } => catalog.Find(function.Runtime, pinned) ?? catalog.Resolve(function.Runtime),
        _ => catalog.Resolve(function.Runtime),
    };

    /// <summary>The installed version of that id that can run the runtime, or null.</summary>
    public static RuntimeChoice? Find(this RuntimeCatalog catalog, string requested, string id) =>
        catalog.Choices(requested).FirstOrDefault(choice => choice.Id == id);

    /// <summary>The function as it is after a change: with <c>FunctionUpdate</c>, that is when it goes over to what is best now.</summary>
    public static FunctionVersion OnBestRuntime(this FunctionVersion changed, RuntimeCatalog catalog) =>
        changed.RuntimeUpdates.Mode == RuntimeUpdateMode.FunctionUpdate
            ? changed with { RuntimeUpdates = changed.RuntimeUpdates with { Pinned = catalog.Resolve(changed.Runtime)?.Id } }
            : changed;
}
