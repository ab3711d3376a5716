using Aloft.Sandbox;
using Aloft.Sandbox.Groups;

namespace Aloft.Tests.Sandbox;

/// <summary>Which file of version 2 gets what: on a folder that stands for the kernel's, since a machine has one version only.</summary>
public sealed class CgroupV2Tests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("aloft-cgroup2-").FullName;

    public CgroupV2Tests()
    {
        Make(root);
        Make($"{root}/aloft");
        Make($"{root}/aloft/node-1");
        Make($"{root}/aloft/node-1/s1");
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task Controllers_are_handed_down_from_the_root_to_the_node()
    {
        await CgroupTree.Open("node-1", TimeProvider.System, root);
        foreach (var folder in (string[])[root, $"{root}/aloft", $"{root}/aloft/node-1"])
            Assert.Equal("+cpu +memory +pids", Read($"{folder}/cgroup.subtree_control"));
    }

    [Fact]
    public async Task A_missing_controller_is_named()
    {
        File.WriteAllText($"{root}/cgroup.controllers", "cpu pids\n");
        var failure = await Assert.ThrowsAsync<SandboxException>(() => CgroupTree.Open("node-1", TimeProvider.System, root));
        Assert.Contains("memory", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_go_to_their_files()
    {
        using var group = (await CgroupTree.Open("node-1", TimeProvider.System, root)).Create("s1", new(134_217_728, 0.5, 250, 77, 1 << 20));
        Assert.Equal("134217728", Read(PathOf("memory.max")));
        Assert.Equal("0", Read(PathOf("memory.swap.max")));
        Assert.Equal("1", Read(PathOf("memory.oom.group")));
        Assert.Equal("50000 100000", Read(PathOf("cpu.max")));
        Assert.Equal("250", Read(PathOf("cpu.weight")));
        Assert.Equal("77", Read(PathOf("pids.max")));
    }

    [Fact]
    public async Task Usage_is_read_from_its_files()
    {
        using var group = (await CgroupTree.Open("node-1", TimeProvider.System, root)).Create("s1", new(1 << 27, 1, 100, 10, 1 << 20));
        Assert.Equal(new SandboxUsage(TimeSpan.FromMicroseconds(1_234_567), 9_000), group.Usage());
        Assert.True(group.RanOutOfMemory());
    }

    [Fact]
    public async Task Without_a_peak_file_the_highest_seen_is_the_peak()
    {
        File.Delete(PathOf("memory.peak"));
        using var group = (await CgroupTree.Open("node-1", TimeProvider.System, root)).Create("s1", new(1 << 27, 1, 100, 10, 1 << 20));
        Assert.Equal(5_000, group.Usage().PeakMemoryBytes);
        File.WriteAllText(PathOf("memory.current"), "3000\n");
        Assert.Equal(5_000, group.Usage().PeakMemoryBytes);
        group.ResetPeak();
        Assert.Equal(3_000, group.Usage().PeakMemoryBytes);
    }

    [Fact]
    public async Task Freezing_waits_for_the_kernels_word_and_thawing_is_a_write()
    {
        using var group = (await CgroupTree.Open("node-1", TimeProvider.System, root)).Create("s1", new(1 << 27, 1, 100, 10, 1 << 20));
        group.Freeze();
        Assert.Equal("1", Read(PathOf("cgroup.freeze")));
        group.Thaw();
        Assert.Equal("0", Read(PathOf("cgroup.freeze")));
    }

    [Fact]
    public async Task A_process_is_adopted_by_its_number()
    {
        using var group = (await CgroupTree.Open("node-1", TimeProvider.System, root)).Create("s1", new(1 << 27, 1, 100, 10, 1 << 20));
        group.Adopt(4711);
        Assert.Equal("4711", Read(PathOf("cgroup.procs")));
    }

    private string PathOf(string name) => $"{root}/aloft/node-1/s1/{name}";

    private static string Read(string path) => File.ReadAllText(path).TrimEnd();

    private static void Make(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, content) in new Dictionary<string, string>
        {
            ["cgroup.controllers"] = "cpuset cpu io memory pids\n", ["cgroup.subtree_control"] = "", ["cgroup.procs"] = "",
            ["cgroup.events"] = "populated 1\nfrozen 1\n", ["cgroup.freeze"] = "0\n", ["cgroup.kill"] = "",
            ["cpu.stat"] = "usage_usec 1234567\nuser_usec 1000000\nsystem_usec 234567\n", ["cpu.max"] = "", ["cpu.weight"] = "",
            ["memory.current"] = "5000\n", ["memory.peak"] = "9000\n", ["memory.max"] = "", ["memory.swap.max"] = "", ["memory.oom.group"] = "",
            ["memory.events"] = "low 0\nhigh 0\nmax 3\noom 1\noom_kill 1\noom_group_kill 0\n", ["pids.max"] = "",
        })
        {
            File.WriteAllText($"{folder}/{name}", content);
        }
    }

    [Fact]
    public async Task What_nodes_left_that_live_no_more_is_removed_and_nothing_else()
    {
        const string own = "container-00000000000000aa", dead = "container-00000000000000bb", alive = "gvisor-00000000000000cc", strange = "somebodys";
        foreach (var folder in (string[])[own, $"{dead}/left", alive, strange]) Directory.CreateDirectory($"{root}/aloft/{folder}");
        Make($"{root}/aloft/{own}");
        Make($"{root}/aloft/{alive}");
        var living = await CgroupTree.Open(alive, TimeProvider.System, root);
        var forgotten = new List<string>();
        await (await CgroupTree.Open(own, TimeProvider.System, root)).RemoveLeftovers(TimeProvider.System, forgotten.Add);
        Assert.Equal([dead], forgotten);
        Assert.False(Directory.Exists($"{root}/aloft/{dead}"));
        Assert.True(Directory.Exists($"{root}/aloft/{alive}"));
        Assert.True(Directory.Exists($"{root}/aloft/{strange}"));
        GC.KeepAlive(living);
    }
}
