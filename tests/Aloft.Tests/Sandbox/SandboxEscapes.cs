using System.Net;
using System.Net.Sockets;
using Aloft.Sandbox;

namespace Aloft.Tests.Sandbox;

/// <summary>
/// Ways out of a sandbox, each of which must be shut. The program inside tries; the kernel (the host's or gVisor's) refuses.
/// </summary>
public abstract class SandboxEscapes(Lab lab)
{
    /// <summary>Numbers of system calls on the architecture that this runs on: they are asked for by number, past the C library.</summary>
    private static readonly Dictionary<string, int> Calls = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture
        == System.Runtime.InteropServices.Architecture.X64
        ? new()
        {
            ["mount"] = 165, ["umount2"] = 166, ["pivot_root"] = 155, ["chroot"] = 161, ["unshare"] = 272, ["setns"] = 308, ["ptrace"] = 101,
            ["bpf"] = 321, ["perf_event_open"] = 298, ["userfaultfd"] = 323, ["io_uring_setup"] = 425, ["keyctl"] = 250, ["add_key"] = 248,
            ["kexec_load"] = 246, ["init_module"] = 175, ["open_by_handle_at"] = 304, ["clone3"] = 435, ["reboot"] = 169, ["swapon"] = 167,
            ["settimeofday"] = 164, ["process_vm_readv"] = 310, ["open_tree"] = 428, ["fsopen"] = 430, ["mount_setattr"] = 442, ["acct"] = 163,
        }
        : new()
        {
            ["mount"] = 40, ["umount2"] = 39, ["pivot_root"] = 41, ["chroot"] = 51, ["unshare"] = 97, ["setns"] = 268, ["ptrace"] = 117,
            ["bpf"] = 280, ["perf_event_open"] = 241, ["userfaultfd"] = 282, ["io_uring_setup"] = 425, ["keyctl"] = 219, ["add_key"] = 217,
            ["kexec_load"] = 104, ["init_module"] = 105, ["open_by_handle_at"] = 265, ["clone3"] = 435, ["reboot"] = 142, ["swapon"] = 224,
            ["settimeofday"] = 170, ["process_vm_readv"] = 270, ["open_tree"] = 428, ["fsopen"] = 430, ["mount_setattr"] = 442, ["acct"] = 89,
        };

    /// <summary>Those that gVisor answers itself: within its own kernel they are harmless.</summary>
    protected virtual string[] AnsweredHarmlessly => [];

    protected virtual string[] Refusals => ["not permitted", "not implemented"];

    [SandboxFact]
    public async Task Host_files_are_not_there()
    {
        await using var sandbox = await lab.Boot();
        foreach (var path in (string[])["/home", "/srv", "/run", "/boot", "/mnt", "/etc/shadow", "/etc/ssh", "/var/lib", "/var/log", lab.Folder])
            Assert.Equal("False", await sandbox.Run($"os.path.exists('{path}')"));
        Assert.Equal("[]", await sandbox.Run("os.listdir('/root') if os.path.exists('/root') else []"));
    }

    [SandboxFact]
    public async Task Code_of_another_sandbox_is_not_there()
    {
        var secret = lab.NewCode("another function's secret");
        await using var other = await lab.Boot(code: secret);
        await using var sandbox = await lab.Boot(code: lab.NewCode("own"));
        Assert.Equal("own", await sandbox.Run("open('/var/task/code.txt').read()"));
        Assert.Equal("False", await sandbox.Run($"os.path.exists('{secret.Task}')"));
        Assert.Equal("", await sandbox.Run("result = ' '.join(m.split()[4] for m in open('/proc/self/mountinfo') if 'lab-' in m.split()[4])"));
    }

    [SandboxFact]
    public async Task Everything_but_tmp_is_read_only()
    {
        await using var sandbox = await lab.Boot(code: lab.NewCode("code"));
        foreach (var folder in (string[])["/", "/usr", "/usr/bin", "/etc", "/var/task", "/opt", "/var/runtime", "/var", "/proc", "/proc/sys/kernel", "/sys"])
        {
            var (value, raised) = await sandbox.Try($"open('{folder}/planted', 'w').write('x')");
            Assert.True(raised is not null, $"{folder} was written to: {value}");
        }
        Assert.Equal("1", await sandbox.Run("open('/tmp/mine', 'w').write('x')"));
    }

    [SandboxFact]
    public async Task Code_stays_as_it_is_on_the_host()
    {
        var code = lab.NewCode("original");
        await using var sandbox = await lab.Boot(code: code);
        foreach (var attempt in (string[])
        [
            "open('/var/task/code.txt', 'w')", "os.remove('/var/task/code.txt')", "os.chmod('/var/task/code.txt', 0o777)",
            "os.rename('/var/task/code.txt', '/var/task/gone')",
        ])
        {
            Assert.NotNull((await sandbox.Try(attempt)).Raised);
        }
        Assert.Equal("original", await File.ReadAllTextAsync(Path.Combine(code.Task, "code.txt")));
    }

    [SandboxFact]
    public async Task Kernel_settings_cannot_be_changed()
    {
        await using var sandbox = await lab.Boot();
        foreach (var path in (string[])
        [
            "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sys/vm/overcommit_memory", "/proc/sys/net/ipv4/ip_forward",
            "/proc/sysrq-trigger", "/proc/irq/default_smp_affinity",
        ])
        {
            Assert.True((await sandbox.Try($"f = open('{path}', 'w'); f.write('0'); f.close()")).Raised is not null, path);
        }
        Assert.NotNull((await sandbox.Try("open('/proc/kcore', 'rb').read(64)[3]")).Raised);
        Assert.Equal("[]", await sandbox.Run("os.listdir('/sys/kernel') if os.path.exists('/sys/kernel') and os.path.exists('/sys/kernel/debug') else []"));
    }

    [SandboxFact]
    public async Task Other_processes_are_not_seen()
    {
        await using var other = await lab.Boot();
        await using var sandbox = await lab.Boot();
        var seen = (await sandbox.Run("' '.join(p for p in os.listdir('/proc') if p.isdigit())")).Split(' ');
        Assert.Equal(["1"], seen);
        Assert.NotNull((await sandbox.Try($"os.kill({Environment.ProcessId}, 0)")).Raised);
    }

    [SandboxFact]
    public async Task No_capability_is_held_and_none_can_be_gained()
    {
        await using var sandbox = await lab.Boot();
        foreach (var set in (string[])["CapInh", "CapPrm", "CapEff", "CapBnd"])
            Assert.Equal("0", await sandbox.Run($"[int(l.split()[1], 16) for l in open('/proc/self/status') if l.startswith('{set}:')][0]"));
        Assert.Equal("993 993 990", await sandbox.Run("f'{os.getuid()} {os.geteuid()} {os.getgid()}'"));
        foreach (var attempt in (string[])["os.setuid(0)", "os.setgid(0)", "os.setgroups([0])", "os.chroot('/tmp')"])
            Assert.NotNull((await sandbox.Try(attempt)).Raised);
    }

    [SandboxFact]
    public async Task Set_user_id_programs_gain_nothing()
    {
        await using var sandbox = await lab.Boot();
        var users = await sandbox.Run("""
            result = ''
            for name in ('su', 'mount', 'passwd', 'newgrp'):
                program = f'/usr/bin/{name}'
                if os.path.exists(program) and os.stat(program).st_mode & 0o4000:
                    pid = os.posix_spawn(program, [name], {})
                    result += ' '.join(l.split()[2] for l in open(f'/proc/{pid}/status') if l.startswith('Uid:')) + ' '
                    os.kill(pid, signal.SIGKILL)
            """);
        Assert.NotEmpty(users);
        Assert.All(users.Split(' ', StringSplitOptions.RemoveEmptyEntries), user => Assert.Equal("993", user));
    }

    [SandboxFact]
    public async Task Devices_cannot_be_reached()
    {
        await using var sandbox = await lab.Boot();
        foreach (var attempt in (string[])
        [
            "os.mknod('/tmp/disk', 0o600 | 0o060000, os.makedev(8, 0)); open('/tmp/disk', 'rb').read(1)",
            "os.mknod('/tmp/memory', 0o600 | 0o020000, os.makedev(1, 1)); open('/tmp/memory', 'rb').read(1)",
            "open('/dev/mem', 'rb')", "open('/dev/kmsg', 'rb')", "open('/dev/kvm', 'rb')", "open('/dev/vda', 'rb')",
        ])
        {
            var (value, raised) = await sandbox.Try(attempt);
            Assert.True(raised is not null, $"{attempt}: {value}");
        }
    }

    [SandboxFact]
    public async Task A_further_program_is_held_as_the_first_is()
    {
        await using var sandbox = await lab.Boot();
        var (further, _) = await sandbox.Launch();
        const string locks =
            "sorted(l.split(':')[0] + l.split(':')[1].strip() for l in open('/proc/self/status') if l.split(':')[0] in "
            + "('Uid', 'Gid', 'Groups', 'CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'NoNewPrivs', 'Seccomp', 'Seccomp_filters'))";
        Assert.Equal(await sandbox.Run(locks), await further.Run(locks));
        const string namespaces = "[os.readlink(f'/proc/self/ns/{kind}') for kind in ('mnt', 'net', 'ipc', 'uts', 'pid', 'user')]";
        Assert.Equal((await sandbox.Try(namespaces)).Value, (await further.Try(namespaces)).Value);
        Assert.Equal("[0, 1, 2, 3]", await further.Run("[fd for fd in range(256) if os.path.exists(f'/proc/self/fd/{fd}')]"));
        Assert.Equal(await sandbox.Run("sorted(os.listdir('/'))"), await further.Run("sorted(os.listdir('/'))"));
        await RefuseDangerousCalls(further);
    }

    [SandboxFact]
    public async Task Dangerous_system_calls_are_refused()
    {
        await using var sandbox = await lab.Boot();
        await RefuseDangerousCalls(sandbox);
    }

    private async Task RefuseDangerousCalls(TestSandbox sandbox)
    {
        foreach (var (name, number) in Calls)
        {
            if (AnsweredHarmlessly.Contains(name)) continue;
            // 0x10000000: CLONE_NEWUSER for unshare, nothing of meaning for the others.
            var (value, raised) = await sandbox.Try($"call(libc.syscall({number}, 0x10000000, 0, 0, 0, 0, 0))");
            Assert.True(raised is not null && Refusals.Any(raised.Contains), $"{name}: {value} {raised}");
        }
    }

    [SandboxFact]
    public async Task The_hosts_network_is_out_of_reach()
    {
        using var onHost = new TcpListener(IPAddress.Loopback, 0);
        onHost.Start();
        var port = ((IPEndPoint)onHost.LocalEndpoint).Port;
        await using var sandbox = await lab.Boot();
        Assert.NotNull((await sandbox.Try($"socket.create_connection(('127.0.0.1', {port}), 1)")).Raised);
        Assert.NotNull((await sandbox.Try("socket.create_connection(('10.0.0.1', 80), 1)")).Raised);
        Assert.NotNull((await sandbox.Try("socket.create_connection(('169.254.169.254', 80), 1)")).Raised);
        Assert.Equal("lo", await sandbox.Run("' '.join(l.split(':')[0].strip() for l in open('/proc/net/dev').readlines()[2:])"));
        Assert.False(onHost.Pending());
    }

    [SandboxFact]
    public async Task A_neighbours_listener_is_out_of_reach()
    {
        await using var neighbour = await lab.Boot();
        using var listener = neighbour.Sandbox.Listen(9001);
        await using var sandbox = await lab.Boot();
        Assert.NotNull((await sandbox.Try("socket.create_connection(('127.0.0.1', 9001), 1)")).Raised);
    }

    [SandboxFact]
    public async Task Raw_packet_and_odd_sockets_are_refused()
    {
        await using var sandbox = await lab.Boot();
        foreach (var socket in (string[])
        [
            "socket.AF_PACKET, socket.SOCK_RAW, 0x300", "socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP", "socket.AF_NETLINK, socket.SOCK_RAW, 16",
            "38, socket.SOCK_SEQPACKET, 0", "40, socket.SOCK_STREAM, 0", "17, socket.SOCK_DGRAM, 0",
        ])
        {
            var (value, raised) = await sandbox.Try($"socket.socket({socket})");
            Assert.True(raised is not null, $"{socket}: {value}");
        }
    }

    [SandboxFact]
    public async Task Namespaces_cannot_be_made()
    {
        await using var sandbox = await lab.Boot();
        foreach (var option in (string[])["--user", "--mount", "--net", "--pid", "--ipc", "--uts"])
        {
            if (AnsweredHarmlessly.Contains("unshare") && option == "--user") continue;
            Assert.NotEqual("0", await sandbox.Run($"subprocess.run(['/usr/bin/unshare', '{option}', '/bin/true'], stderr=subprocess.DEVNULL).returncode"));
        }
    }

    [SandboxFact]
    public async Task A_full_tmp_is_its_own_trouble()
    {
        await using var hog = await lab.Boot();
        await using var neighbour = await lab.Boot();
        var (_, raised) = await hog.Try("open('/tmp/fill', 'wb').write(b'x' * (64 << 20))");
        Assert.Contains("No space left", raised, StringComparison.Ordinal);
        Assert.Equal("3", await neighbour.Run("open('/tmp/note', 'w').write('yes')"));
    }
}

[Collection("sandboxes")]
[OnIsolation(Isolation.Container)]
public sealed class ContainerEscapes(ContainerLab lab) : SandboxEscapes(lab), IClassFixture<ContainerLab>
{
    private readonly Lab lab = lab;

    [SandboxFact]
    public async Task A_function_goes_before_the_hosts_programs_when_memory_runs_short()
    {
        await using var sandbox = await lab.Boot();
        Assert.Equal("500", await sandbox.Run("open('/proc/self/oom_score_adj').read().strip()"));
    }

    [SandboxFact]
    public async Task Every_sandbox_is_another_user_of_the_host()
    {
        await using var one = await lab.Boot();
        await using var two = await lab.Boot();
        const string hostUser = "open('/proc/self/uid_map').read().split()[1]";
        var (first, second) = (await one.Run(hostUser), await two.Run(hostUser));
        Assert.NotEqual("0", first);
        Assert.NotEqual(first, second);
    }
}

[Collection("sandboxes")]
[OnIsolation(Isolation.Gvisor)]
public sealed class GvisorEscapes(GvisorLab lab) : SandboxEscapes(lab), IClassFixture<GvisorLab>
{
    protected override string[] AnsweredHarmlessly => ["unshare", "clone3", "ptrace"];

    /// <summary>Any failure will do: gVisor's kernel looks at the arguments first, where it has nothing to protect.</summary>
    protected override string[] Refusals => [""];
}
