using System.Collections.Concurrent;

namespace Aloft.Sandbox.Containers;

/// <summary>The root file systems on a stage: one for each set of runtime folders, built when first asked for.</summary>
internal sealed class RootImages(Stage stage, CodePlaces codePlaces)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> built = new();
    private int count;

    /// <summary>One that could not be built is tried again by the next who asks.</summary>
    /// <returns>The root folder on the stage.</returns>
    internal async Task<string> For(SandboxSpec spec)
    {
        var key = string.Join('\n', spec.HostFolders.Prepend(spec.RuntimeFolder));
        var image = built.GetOrAdd(key, _ => new(() => stage.Build(() =>
        {
            var root = $"{stage.Root}/images/{++count}";
            RootImage.Build(root, spec.RuntimeFolder, spec.HostFolders, codePlaces);
            return root;
        })));
        try
        {
            return await image.Value;
        }
        catch
        {
            built.TryRemove(new(key, image));
            throw;
        }
    }
}

/// <summary>How code that is shown late comes to /var/task and /opt.</summary>
internal enum CodePlaces
{
    /// <summary>It is mounted there.</summary>
    MountPoints,

    /// <summary>
    /// These are links to below <see cref="RootImage.ShownFolder"/>: gVisor's gofer sees a mount below a folder that it serves, not
    /// on it.
    /// </summary>
    Links,
}
