using Aloft.Sandbox.Native;

namespace Aloft.Sandbox.Containers;

/// <summary>One container's folder on the stage: its bundle, its /tmp, and the two places that its code is shown at. Call on the stage.</summary>
internal sealed class ContainerFolder(string path)
{
    private string Shown => $"{path}/show";

    internal string Bundle => path;

    internal string Config => $"{path}/config.json";

    internal string PidFile => $"{path}/pid";

    internal string Log => $"{path}/log";

    internal string Tmp => $"{path}/tmp";

    internal string Task => $"{Shown}/task";

    internal string Opt => $"{Shown}/opt";

    internal void Make(SandboxSpec spec, uint firstHostId)
    {
        Directory.CreateDirectory(Tmp);
        Mounts.Tmpfs(Tmp, $"mode=0700,uid={firstHostId + RootImage.UserId},gid={firstHostId + RootImage.GroupId},size={spec.Limits.TmpBytes}");
        Directory.CreateDirectory(Task);
        Directory.CreateDirectory(Opt);
        Mounts.Share(Shown);
        if (spec.Code is { } code) Show(code);
    }

    internal void Show(CodeFolders code)
    {
        Mounts.ShowReadOnly(code.Task, Task);
        if (code.Opt is { } opt) Mounts.ShowReadOnly(opt, Opt);
    }

    internal void ResizeTmp(long bytes) => Mounts.ResizeTmpfs(Tmp, bytes);

    /// <summary>Folders that were mount points are only ever removed when empty, so that no code of anybody's can be deleted here.</summary>
    internal void Remove()
    {
        if (!Directory.Exists(path)) return;
        foreach (var mount in (string[])[Task, Opt, Shown, Tmp]) Mounts.Remove(mount);
        foreach (var folder in (string[])[Task, Opt, Shown, Tmp]) _ = Libc.rmdir(folder);
        foreach (var file in Directory.GetFiles(path)) File.Delete(file);
        Directory.Delete(path);
    }
}
