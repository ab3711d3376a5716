using Aloft.Sandbox.Groups;
using Aloft.Sandbox.Native;

namespace Aloft.Sandbox.Containers;

/// <summary>
/// Where containers are put together: a mount namespace that only this process is in, with a tmpfs at a path that every user may pass
/// through (a container's first process is nobody on the host, and a node's data folder may be private). The host never sees the
/// mounts and files made here, and when this process dies, however it dies, the kernel takes them all away.
/// </summary>
internal sealed class Stage : IDisposable
{
    private const string Parent = "/run/aloft";
    private const uint PassableByAll = 0x1ED; // rwxr-xr-x

    private readonly NamespaceThread builder;
    private readonly NamespaceThread shower;

    /// <exception cref="SandboxException">Not privileged enough for a mount namespace.</exception>
    internal Stage(string key)
    {
        Root = $"{Parent}/{key}";
        try
        {
            MakeRoot();
            builder = NamespaceThread.NewMountNamespace("stage");
            builder.Run(() =>
            {
                Mounts.Tmpfs(Root, "mode=0755,size=512m");
                Mounts.MakePrivate(Root);
                HideUnifiedCgroups();
            });
            shower = builder.Sibling("show code");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NativeException)
        {
            builder?.Dispose();
            throw new SandboxException($"A private mount namespace cannot be made: {failure.Message}. Run as root.", failure);
        }
    }

    /// <summary>
    /// Removes the empty folder that a node which lives no more has mounted its stage on. From a living node this would take the stage.
    /// </summary>
    internal static void Forget(string key) => _ = Libc.rmdir($"{Parent}/{key}");

    /// <summary>The tmpfs; only threads of this stage see what is in it.</summary>
    internal string Root { get; }

    /// <summary>Builds and starts containers here: tens of microseconds to milliseconds each.</summary>
    internal Task<T> Build<T>(Func<T> action) => builder.RunAsync(action);

    internal void Build(Action action) => builder.Run(action);

    /// <summary>Changes mounts of running sandboxes, on a thread of its own so that it never waits behind a boot.</summary>
    internal void Show(Action action) => shower.Run(action);

    /// <summary>crun refuses to work where version 1 controllers and a version 2 hierarchy are both mounted.</summary>
    private static void HideUnifiedCgroups()
    {
        const string unified = $"{CgroupTree.Root}/unified";
        if (Directory.Exists(unified)) Mounts.Remove(unified);
    }

    /// <summary>Whichever way it was made, or will be made by others, all may pass. Another node may be just removing the parent.</summary>
    private void MakeRoot()
    {
        const int tries = 50;
        for (var tried = 1; ; tried++)
        {
            try
            {
                Directory.CreateDirectory(Parent);
                _ = Libc.chmod(Parent, PassableByAll);
                Directory.CreateDirectory(Root);
                return;
            }
            catch (DirectoryNotFoundException) when (tried < tries)
            {
                // Made again.
            }
        }
    }

    public void Dispose()
    {
        shower.Dispose();
        builder.Dispose();
        Directory.Delete(Root);
        _ = Libc.rmdir(Parent); // stays while another node has its stage there
    }
}
