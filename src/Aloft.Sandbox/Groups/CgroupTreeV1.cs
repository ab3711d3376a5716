namespace Aloft.Sandbox.Groups;

/// <summary>Version 1 (and hybrid): a hierarchy for each controller.</summary>
internal sealed class CgroupTreeV1(string nodeKey, string root) : CgroupTree(nodeKey)
{
    internal static readonly string[] Controllers = ["memory", "cpu", "cpuacct", "freezer", "pids"];

    internal override string Description => "control groups version 1";

    /// <summary>All of them, not only ours: the OCI runtimes put a sandbox into every one that is mounted.</summary>
    protected override IEnumerable<string> Hierarchies =>
        Directory.GetDirectories(root).Where(folder => !File.Exists($"{folder}/cgroup.controllers"));

    protected override string LockedHierarchy => $"{root}/freezer";

    protected override IResourceGroup Make(string id)
    {
        var folders = Hierarchies.Select(folder => $"{folder}/{RelativePath}/{id}").ToArray();
        foreach (var controller in Controllers) Directory.CreateDirectory($"{root}/{controller}/{RelativePath}/{id}");
        return new CgroupV1(controller => $"{root}/{controller}/{RelativePath}/{id}", folders);
    }

    protected override void Prepare()
    {
        if (Controllers.FirstOrDefault(controller => !Directory.Exists($"{root}/{controller}")) is { } missing)
            throw new DirectoryNotFoundException($"The cgroup controller {missing} is not mounted.");
        foreach (var controller in Controllers) Directory.CreateDirectory($"{root}/{controller}/{RelativePath}");
    }
}
