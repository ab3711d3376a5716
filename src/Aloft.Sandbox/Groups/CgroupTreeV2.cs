namespace Aloft.Sandbox.Groups;

/// <summary>Version 2: one hierarchy with all controllers, which each level hands down to the next.</summary>
internal sealed class CgroupTreeV2(string nodeKey, string root) : CgroupTree(nodeKey)
{
    private static readonly string[] Controllers = ["cpu", "memory", "pids"];

    internal override string Description => "control groups version 2";

    protected override IEnumerable<string> Hierarchies => [root];

    protected override string LockedHierarchy => root;

    protected override IResourceGroup Make(string id) => new CgroupV2(Directory.CreateDirectory($"{root}/{RelativePath}/{id}").FullName);

    /// <summary>A group may use a controller only if every group above it hands it down.</summary>
    protected override void Prepare()
    {
        var folder = root;
        HandDown(folder);
        foreach (var level in RelativePath.Split('/'))
        {
            folder = $"{folder}/{level}";
            Directory.CreateDirectory(folder);
            HandDown(folder);
        }
    }

    private static void HandDown(string folder)
    {
        var present = File.ReadAllText($"{folder}/cgroup.controllers").Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (Controllers.Except(present).FirstOrDefault() is { } missing)
            throw new IOException($"The cgroup controller {missing} is not available in {folder}.");
        var handedDown = File.ReadAllText($"{folder}/cgroup.subtree_control").Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var toAdd = Controllers.Except(handedDown).Select(controller => $"+{controller}").ToArray();
        if (toAdd.Length > 0) KernelFile.Write($"{folder}/cgroup.subtree_control", string.Join(' ', toAdd));
    }
}
