using System.Diagnostics;
using Aloft.Sandbox.Containers;
using Aloft.Sandbox.Groups;
using Aloft.Sandbox.Native;

namespace Aloft.Sandbox;

/// <summary>One thing that isolation needs of a machine.</summary>
/// <param name="Name">What is looked at.</param>
/// <param name="Ok">Whether it is as needed.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Fix">What a person can do; null when it is as needed.</param>
public sealed record DiagnosisItem(string Name, bool Ok, string Detail, string? Fix);

/// <summary>Looks at each requirement by itself, so that a person sees which one is missing. Changes nothing.</summary>
internal static class Diagnosis
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    internal static async Task<IReadOnlyList<DiagnosisItem>> Run() =>
    [
        Privileges(),
        Program("crun", needed: OciRuntime.Find("runc") is null),
        Program("runc", needed: OciRuntime.Find("crun") is null),
        Program("runsc", needed: false),
        await ControlGroups(),
        UserNamespaces(),
        MountNamespaces(),
        SeccompLibrary(),
    ];

    private static DiagnosisItem Privileges() => Libc.geteuid() == 0
        ? new("privileges", true, "root", null)
        : new("privileges", false, $"user {Libc.geteuid()}: isolation by containers needs root", "sudo ./aloft up, or stay with --isolation process");

    private static DiagnosisItem Program(string name, bool needed)
    {
        if (OciRuntime.Find(name) is { } path) return new(name, true, VersionOf(path), null);
        return new(name, !needed, "not installed", needed ? "apt-get install crun" : $"optional: apt-get install {name}");
    }

    private static string VersionOf(string program)
    {
        using var process = Process.Start(new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var first = process.StandardOutput.ReadLine();
        if (!process.WaitForExit(Patience)) process.Kill();
        return first ?? program;
    }

    private static async Task<DiagnosisItem> ControlGroups()
    {
        const string name = "control groups";
        try
        {
            var tree = await CgroupTree.Open($"doctor-{Libc.getpid()}", TimeProvider.System);
            tree.RemoveNode();
            return new(name, true, tree.Description, null);
        }
        catch (SandboxException failure)
        {
            return new(name, false, failure.Message, "run as root on the host, or in a container started with a writable cgroup file system (--privileged)");
        }
    }

    private static DiagnosisItem UserNamespaces()
    {
        const string name = "user namespaces", limit = "/proc/sys/user/max_user_namespaces";
        if (!File.Exists(limit)) return new(name, false, "the kernel has none", "use a kernel with CONFIG_USER_NS");
        var most = File.ReadAllText(limit).Trim();
        return most == "0"
            ? new(name, false, "switched off", "sysctl -w user.max_user_namespaces=10000")
            : new(name, true, $"up to {most}", null);
    }

    private static DiagnosisItem MountNamespaces()
    {
        const string name = "mount namespaces and propagation";
        try
        {
            using var thread = NamespaceThread.NewMountNamespace("doctor");
            return new(name, true, "a private mount namespace can be made", null);
        }
        catch (NativeException failure)
        {
            return new(name, false, failure.Message, "run as root; in a container, with CAP_SYS_ADMIN (--privileged)");
        }
    }

    private static DiagnosisItem SeccompLibrary()
    {
        const string name = "libseccomp";
        return SeccompFilter.Compile() is { } filter
            ? new(name, true, $"the filter of system calls compiles to {filter.Length} bytes", null)
            : new(name, true, "not found: containers start 27 ms later", "apt-get install libseccomp2");
    }
}
