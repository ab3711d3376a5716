using Aloft.Sandbox.Native;

namespace Aloft.Sandbox.Containers;

/// <summary>
/// One container's folder on the stage: its bundle, its /tmp, and the two places that its code is shown at. Call on the stage.
/// </summary>
internal sealed class ContainerFolder(string path)
{
    private int launches;

    internal string Shown => $"{path}/show";

    internal string Bundle => path;

    internal string Config => $"{path}/config.json";

    internal string PidFile => $"{path}/pid";

    internal string Log => $"{path}/log";

    internal string Tmp => $"{path}/tmp";

    internal string Task => $"{Shown}/task";

    internal string Opt => $"{Shown}/opt";

    /// <summary>
    /// Where code that comes later may have shared libraries. The dynamic loader of a runtime that is booted before remembers for good of
    /// which folders of its search path there are none, so these are there, empty, from the beginning.
    /// </summary>
    private string[] Libraries => [$"{Task}/lib", $"{Opt}/lib"];

    internal void Make(CodeFolders? code)
    {
        foreach (var folder in Libraries) Directory.CreateDirectory(folder);
        Mounts.Share(Shown);
        if (code is not null) Show(code);
    }

    internal void MakeTmp(long bytes, uint user, uint group)
    {
        Directory.CreateDirectory(Tmp);
        Mounts.Tmpfs(Tmp, $"mode=0700,uid={user},gid={group},size={bytes}");
    }

    internal void Show(CodeFolders code)
    {
        Mounts.ShowReadOnly(code.Task, Task);
        if (code.Opt is { } opt) Mounts.ShowReadOnly(opt, Opt);
    }

    internal void ResizeTmp(long bytes) => Mounts.ResizeTmpfs(Tmp, bytes);

    internal LaunchFiles ForLaunch() => new($"{path}/launch-{Interlocked.Increment(ref launches)}");

    /// <summary>What the runtime has to say for itself, shortened.</summary>
    internal string ReadLog() => ReadLog(Log);

    internal static string ReadLog(string log)
    {
        var text = File.Exists(log) ? File.ReadAllText(log).Trim() : "";
        return text[..Math.Min(text.Length, Limits.QuotedError)];
    }

    /// <summary>
    /// Folders that were mount points are only ever removed when empty, so that no code of anybody's can be deleted here.
    /// </summary>
    internal void Remove()
    {
        if (!Directory.Exists(path)) return;
        foreach (var mount in (string[])[Task, Opt, Shown, Tmp]) Mounts.Remove(mount);
        foreach (var folder in (string[])[.. Libraries, Task, Opt, Shown, Tmp]) _ = Libc.rmdir(folder);
        foreach (var file in Directory.GetFiles(path)) File.Delete(file);
        Directory.Delete(path);
    }
}

/// <summary>What one further process is started by. Call on the stage.</summary>
internal sealed record LaunchFiles(string Path)
{
    internal string Process => $"{Path}.json";

    internal string PidFile => $"{Path}.pid";

    internal string Log => $"{Path}.log";

    internal void WriteProcess(LaunchSpec spec, string channelVariable, string channelValue)
    {
        var environment = new Dictionary<string, string>(spec.Environment);
        if (spec.WithChannel) environment[channelVariable] = channelValue;
        File.WriteAllText(Process, OciConfig.Process(spec.Command, environment, spec.Folder ?? "/").ToJsonString());
    }

    /// <summary>Nothing of them is needed once the process runs, and one of them holds its environment.</summary>
    internal void Remove()
    {
        foreach (var file in (string[])[Process, PidFile, Log]) File.Delete(file);
    }
}
