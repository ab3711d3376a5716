namespace Aloft.Sandbox.Native;

/// <summary>
/// Mounts in the calling thread's mount namespace. Only threads of a <see cref="NamespaceThread"/> call these, so the host's own
/// table of mounts is never changed.
/// </summary>
internal static unsafe class Mounts
{
    private const nuint NoSuid = 0x2, NoDev = 0x4, Remount = 0x20, BindFlag = 0x1000, Recursive = 0x4000;
    private const nuint Private = 0x40000, Slave = 0x80000, Shared = 0x100000;
    private const int Detach = 2, DoNotFollow = 8;
    private const int CurrentFolder = -100;
    private const uint CloneTree = 0x1, CloseOnExec = 0x80000, TreeRecursive = 0x8000, EmptyPath = 0x1000, MoveFromEmptyPath = 0x4;
    private const ulong AttrReadOnly = 0x1, AttrNoSuid = 0x2, AttrNoDev = 0x4;

    /// <summary>Lets the host's later mounts in and none of ours out.</summary>
    internal static void FollowHost() => Errno.Check(Libc.mount(null, "/", null, Recursive | Slave, null), nameof(Libc.mount), "rslave /");

    internal static void Tmpfs(string target, string options) =>
        Errno.Check(Libc.mount("aloft", target, "tmpfs", NoSuid | NoDev, options), nameof(Libc.mount), $"tmpfs {target}");

    internal static void ResizeTmpfs(string target, long bytes) =>
        Errno.Check(Libc.mount(null, target, null, Remount | NoSuid | NoDev, $"size={bytes}"), nameof(Libc.mount), $"remount {target}");

    internal static void MakePrivate(string target) =>
        Errno.Check(Libc.mount(null, target, null, Private, null), nameof(Libc.mount), $"private {target}");

    /// <summary>Makes a folder a mount of its own, whose later mounts spread to those who hold a copy of it.</summary>
    internal static void Share(string folder)
    {
        Errno.Check(Libc.mount(folder, folder, null, BindFlag, null), nameof(Libc.mount), $"bind {folder}");
        Errno.Check(Libc.mount(null, folder, null, Shared, null), nameof(Libc.mount), $"shared {folder}");
    }

    /// <summary>
    /// Shows <paramref name="source"/> with all mounts below it at <paramref name="target"/>, read-only, without devices and set-uid
    /// programs. It is made read-only before it is attached, so nobody, and no copy of the target in a sandbox, ever sees it writable.
    /// </summary>
    internal static void ShowReadOnly(string source, string target)
    {
        using var tree = Descriptors.Own(Errno.Check(
            Libc.syscall_open_tree(Libc.OpenTree, CurrentFolder, source, CloneTree | CloseOnExec | TreeRecursive), "open_tree", source));
        var fd = Descriptors.Number(tree);
        var attributes = new Libc.MountAttributes { Set = AttrReadOnly | AttrNoSuid | AttrNoDev, Propagation = Private };
        Errno.Check(
            Libc.syscall_mount_setattr(Libc.MountSetattr, fd, "", EmptyPath | TreeRecursive, &attributes, (nuint)sizeof(Libc.MountAttributes)),
            "mount_setattr", source);
        Errno.Check(Libc.syscall_move_mount(Libc.MoveMount, fd, "", CurrentFolder, target, MoveFromEmptyPath), "move_mount", target);
    }

    /// <summary>Takes a mount away, if there is one. What still uses it keeps it until it lets go.</summary>
    internal static void Remove(string target)
    {
        if (Libc.umount2(target, Detach | DoNotFollow) < 0 && Errno.Last is not (Errno.Invalid or 2))
            throw Errno.Failure(Errno.Last, nameof(Libc.umount2), target);
    }
}
