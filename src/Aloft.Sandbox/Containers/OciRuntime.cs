namespace Aloft.Sandbox.Containers;

/// <summary>One OCI runtime as a program: where it is and how it is asked to run a container.</summary>
/// <param name="TakesCompiledSeccomp">Whether the filter can be given ready-made.</param>
internal sealed record OciRuntime(string Name, string Program, bool TakesCompiledSeccomp)
{
    private static readonly string[] Folders = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];

    /// <summary>Those installed, the faster one first.</summary>
    internal static IEnumerable<OciRuntime> Installed()
    {
        if (Find("crun") is { } crun) yield return new("crun", crun, TakesCompiledSeccomp: true);
        if (Find("runc") is { } runc) yield return new("runc", runc, TakesCompiledSeccomp: false);
    }

    internal static string? Find(string name) => Folders.Select(folder => $"{folder}/{name}").FirstOrDefault(File.Exists);

    /// <summary>Starts a further process in a container, under the container's own filter of system calls, and leaves it to run.</summary>
    internal string[] Exec(string id, string stateRoot, LaunchFiles files, bool withChannel) =>
    [
        .. Global(stateRoot, files.Log), "exec", "--detach", .. withChannel ? (string[])["--preserve-fds", "1"] : [],
        "--pid-file", files.PidFile, "--process", files.Process, id,
    ];

    /// <summary>
    /// Makes and starts a container and leaves it to run. Its first process gets the descriptors 0-3 as they are given here.
    /// </summary>
    internal string[] Run(string id, string stateRoot, ContainerFolder folder) =>
    [
        .. Global(stateRoot, folder.Log), "run", "--detach", "--preserve-fds", "1", "--pid-file", folder.PidFile, "--bundle", folder.Bundle, id,
    ];

    private string[] Global(string stateRoot, string log) =>
        [Program, "--root", stateRoot, "--log", log, .. Name == "crun" ? (string[])["--cgroup-manager", "cgroupfs"] : []];
}
