using System.Text.Json.Nodes;

namespace Aloft.Sandbox.Containers;

/// <summary>What differs between two containers of one driver.</summary>
internal sealed record ContainerPlan(SandboxSpec Spec, string RootPath, string CgroupPath, uint FirstHostId, ContainerFolder Folder);

/// <summary>
/// A container's description for an OCI runtime: https://github.com/opencontainers/runtime-spec/blob/main/config.md. Everything that a
/// sandbox is denied stands here or in <see cref="SeccompProfile"/>.
/// </summary>
internal static class OciConfig
{
    private static readonly string[] Namespaces = ["pid", "network", "ipc", "uts", "mount", "cgroup", "user"];

    /// <summary>
    /// Kernel files that tell about the host or reach into it. They refuse an ordinary user by themselves; this is a second lock.
    /// </summary>
    private static readonly string[] HiddenPaths =
        ["/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi", "/proc/timer_list"];

    private static readonly string[] ReadOnlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    internal static JsonObject ForContainer(ContainerPlan plan, JsonObject seccomp, string? compiledSeccomp)
    {
        var config = Config(plan, MountsOfContainer(plan), LinuxOfContainer(plan, seccomp));
        if (compiledSeccomp is not null) config["annotations"] = new JsonObject { ["run.oci.seccomp_bpf_data"] = compiledSeccomp };
        return config;
    }

    /// <summary>
    /// What gVisor's own kernel does not give by itself. User mapping, filter of system calls and hidden paths protect a kernel that
    /// the function never meets here.
    /// </summary>
    internal static JsonObject ForGvisor(ContainerPlan plan, string networkNamespace) => Config(
        plan,
        new JsonArray(
            Mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev"),
            Mount("/tmp", "tmpfs", "tmpfs", "nosuid", "nodev", "mode=1777", $"size={plan.Spec.Limits.TmpBytes}"),
            Mount(RootImage.ShownFolder, "bind", plan.Folder.Shown, "rbind", "rslave", "ro", "nosuid", "nodev")),
        new JsonObject
        {
            ["namespaces"] = new JsonArray(
                Namespace("pid"), Namespace("ipc"), Namespace("uts"), Namespace("mount"),
                new JsonObject { ["type"] = "network", ["path"] = networkNamespace }),
            ["cgroupsPath"] = plan.CgroupPath,
            ["rootfsPropagation"] = "rslave",
        });

    private static JsonObject Config(ContainerPlan plan, JsonArray mounts, JsonObject linux) => new()
    {
        ["ociVersion"] = "1.0.0",
        ["process"] = Process(plan.Spec),
        ["root"] = new JsonObject { ["path"] = plan.RootPath, ["readonly"] = true },
        ["hostname"] = RootImage.HostName,
        ["mounts"] = mounts,
        ["linux"] = linux,
    };

    private static JsonObject Process(SandboxSpec spec) => Process(spec.Command, spec.Environment, spec.Code is null ? "/" : "/var/task");

    /// <summary>A process of a sandbox, the first or a further one: the same user, the same locks.</summary>
    internal static JsonObject Process(IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, string folder) => new()
    {
        ["terminal"] = false,
        ["user"] = new JsonObject { ["uid"] = RootImage.UserId, ["gid"] = RootImage.GroupId },
        ["args"] = Strings(command),
        ["env"] = Strings(environment.Select(pair => $"{pair.Key}={pair.Value}")),
        ["cwd"] = folder,
        ["capabilities"] = new JsonObject
        {
            ["bounding"] = new JsonArray(), ["effective"] = new JsonArray(), ["permitted"] = new JsonArray(),
            ["inheritable"] = new JsonArray(), ["ambient"] = new JsonArray(),
        },
        ["rlimits"] = new JsonArray(Limit("RLIMIT_NOFILE", Limits.OpenFiles), Limit("RLIMIT_CORE", 0)),
        ["noNewPrivileges"] = true,
    };

    private static JsonArray MountsOfContainer(ContainerPlan plan) => new(
        Mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev"),
        Mount("/dev", "tmpfs", "tmpfs", "nosuid", "noexec", "mode=755", "size=65536"),
        Mount("/tmp", "bind", plan.Folder.Tmp, "bind", "rw", "nosuid", "nodev"),
        // rslave: what the host mounts there later appears inside; nothing goes the other way.
        Mount("/var/task", "bind", plan.Folder.Task, "bind", "rslave", "ro", "nosuid", "nodev"),
        Mount("/opt", "bind", plan.Folder.Opt, "bind", "rslave", "ro", "nosuid", "nodev"));

    private static JsonObject LinuxOfContainer(ContainerPlan plan, JsonObject seccomp) => new()
    {
        ["namespaces"] = new JsonArray([.. Namespaces.Select(Namespace)]),
        ["uidMappings"] = new JsonArray(IdMapping(plan.FirstHostId)),
        ["gidMappings"] = new JsonArray(IdMapping(plan.FirstHostId)),
        ["cgroupsPath"] = plan.CgroupPath,
        ["rootfsPropagation"] = "rslave",
        ["maskedPaths"] = Strings(HiddenPaths),
        ["readonlyPaths"] = Strings(ReadOnlyPaths),
        ["seccomp"] = seccomp.DeepClone(),
    };

    private static JsonObject Namespace(string kind) => new() { ["type"] = kind };

    private static JsonObject Mount(string destination, string type, string source, params string[] options) =>
        new() { ["destination"] = destination, ["type"] = type, ["source"] = source, ["options"] = Strings(options) };

    private static JsonObject IdMapping(uint firstHostId) =>
        new() { ["containerID"] = 0, ["hostID"] = firstHostId, ["size"] = Limits.UserIdsPerSandbox };

    private static JsonObject Limit(string type, int value) => new() { ["type"] = type, ["hard"] = value, ["soft"] = value };

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
