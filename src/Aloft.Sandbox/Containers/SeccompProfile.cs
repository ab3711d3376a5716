using System.Text.Json.Nodes;

namespace Aloft.Sandbox.Containers;

/// <summary>A condition on one argument: (argument AND <paramref name="Mask"/>) = <paramref name="Value"/>.</summary>
internal readonly record struct ArgumentTest(uint Index, ulong Mask, ulong Value);

/// <summary>A system call that may be made when all conditions hold.</summary>
internal sealed record ConditionalCall(string Name, params ArgumentTest[] Tests);

/// <summary>
/// The system calls that a function may make: what Node, Python, .NET, the JVM, Go and shells need of the kernel's files, memory,
/// processes, time and sockets. What is not listed does not exist for it (ENOSYS), so that a C library falls back to an older call;
/// what programs should be told is forbidden fails with EPERM. https://man7.org/linux/man-pages/man2/seccomp.2.html
/// </summary>
internal static class SeccompProfile
{
    internal const int NotPermitted = 1, NoSuchCall = 38;

    private const ulong AllBits = ulong.MaxValue, LowBits = uint.MaxValue;
    private const ulong NewNamespaces = 0x7E02_0080; // every CLONE_NEW* flag, CLONE_NEWTIME too
    private const ulong Unix = 1, Inet = 2, Netlink = 16, Inet6 = 10, NetlinkRoute = 0;

    private static readonly string[] Files =
    [
        "access", "chdir", "chmod", "chown", "close", "close_range", "copy_file_range", "creat", "dup", "dup2", "dup3", "faccessat",
        "faccessat2", "fadvise64", "fallocate", "fchdir", "fchmod", "fchmodat", "fchmodat2", "fchown", "fchownat", "fcntl", "fdatasync",
        "fgetxattr", "flistxattr", "flock", "fremovexattr", "fsetxattr", "fstat", "fstatfs", "fsync", "ftruncate", "futimesat",
        "getcwd", "getdents", "getdents64", "getxattr", "inotify_add_watch", "inotify_init", "inotify_init1", "inotify_rm_watch",
        "ioctl", "lchown", "lgetxattr", "link", "linkat", "listxattr", "llistxattr", "lremovexattr", "lseek", "lsetxattr", "lstat",
        "mkdir", "mkdirat", "mknod", "mknodat", "newfstatat", "open", "openat", "openat2", "pipe", "pipe2", "pread64", "preadv",
        "preadv2", "pwrite64", "pwritev", "pwritev2", "read", "readahead", "readlink", "readlinkat", "readv", "removexattr", "rename",
        "renameat", "renameat2", "rmdir", "sendfile", "setxattr", "splice", "stat", "statfs", "statx", "symlink", "symlinkat", "sync",
        "sync_file_range", "syncfs", "tee", "truncate", "umask", "unlink", "unlinkat", "utime", "utimensat", "utimes", "vmsplice",
        "write", "writev",
    ];

    private static readonly string[] Memory =
    [
        "brk", "madvise", "membarrier", "memfd_create", "mincore", "mlock", "mlock2", "mlockall", "mmap", "mprotect", "mremap", "msync",
        "munlock", "munlockall", "munmap", "pkey_alloc", "pkey_free", "pkey_mprotect", "remap_file_pages",
    ];

    private static readonly string[] Processes =
    [
        "arch_prctl", "capget", "capset", "execve", "execveat", "exit", "exit_group", "fork", "getegid", "geteuid", "getgid",
        "getgroups", "getpgid", "getpgrp", "getpid", "getppid", "getpriority", "getresgid", "getresuid", "getrlimit", "getrusage",
        "getsid", "gettid", "getuid", "get_robust_list", "kill", "landlock_add_rule", "landlock_create_ruleset",
        "landlock_restrict_self", "pidfd_open", "pidfd_send_signal", "prctl", "prlimit64", "restart_syscall", "rseq",
        "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigqueueinfo", "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait",
        "rt_tgsigqueueinfo", "sched_getaffinity", "sched_getattr", "sched_getparam", "sched_getscheduler",
        "sched_get_priority_max", "sched_get_priority_min", "sched_rr_get_interval", "sched_setaffinity", "sched_setattr",
        "sched_setparam", "sched_setscheduler", "sched_yield", "setfsgid", "setfsuid", "setgid", "setgroups", "setpgid",
        "setpriority", "setregid", "setresgid", "setresuid", "setreuid", "setrlimit", "setsid", "setuid", "set_robust_list",
        "set_thread_area", "get_thread_area", "set_tid_address", "sigaltstack", "signalfd", "signalfd4", "sysinfo", "tgkill",
        "tkill", "uname", "vfork", "wait4", "waitid", "waitpid", "getcpu", "getrandom", "ioprio_get", "ioprio_set",
    ];

    private static readonly string[] WaitingAndTime =
    [
        "alarm", "clock_getres", "clock_gettime", "clock_nanosleep", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_ctl_old",
        "epoll_pwait", "epoll_pwait2", "epoll_wait", "epoll_wait_old", "eventfd", "eventfd2", "futex", "futex_requeue", "futex_wait",
        "futex_waitv", "futex_wake", "getitimer", "gettimeofday", "io_cancel", "io_destroy", "io_getevents", "io_pgetevents", "io_setup",
        "io_submit", "nanosleep", "pause", "poll", "ppoll", "pselect6", "select", "setitimer", "time", "timer_create", "timer_delete",
        "timer_getoverrun", "timer_gettime", "timer_settime", "timerfd_create", "timerfd_gettime", "timerfd_settime", "times",
    ];

    private static readonly string[] Sockets =
    [
        "accept", "accept4", "bind", "connect", "getpeername", "getsockname", "getsockopt", "listen", "recv", "recvfrom", "recvmmsg",
        "recvmsg", "send", "sendmmsg", "sendmsg", "sendto", "setsockopt", "shutdown",
    ];

    /// <summary>The sandbox has an IPC namespace of its own for these.</summary>
    private static readonly string[] SharedMemoryAndQueues =
    [
        "mq_getsetattr", "mq_notify", "mq_open", "mq_timedreceive", "mq_timedsend", "mq_unlink", "msgctl", "msgget", "msgrcv", "msgsnd",
        "semctl", "semget", "semop", "semtimedop", "shmat", "shmctl", "shmdt", "shmget",
    ];

    internal static readonly string[] Allowed =
        [.. Files, .. Memory, .. Processes, .. WaitingAndTime, .. Sockets, .. SharedMemoryAndQueues];

    internal static readonly ConditionalCall[] AllowedWhen =
    [
        new("clone", new ArgumentTest(0, NewNamespaces & ~0x80UL, 0)),
        new("unshare", new ArgumentTest(0, NewNamespaces, 0)),
        new("socket", new ArgumentTest(0, LowBits, Unix)),
        new("socket", new ArgumentTest(0, LowBits, Inet)),
        new("socket", new ArgumentTest(0, LowBits, Inet6)),
        // The C library lists network interfaces this way.
        new("socket", new ArgumentTest(0, LowBits, Netlink), new ArgumentTest(2, LowBits, NetlinkRoute)),
        new("socketpair", new ArgumentTest(0, LowBits, Unix)),
        // Harmless execution domains: plain, without address randomisation, and asking (0xffffffff).
        new("personality", new ArgumentTest(0, AllBits, 0)),
        new("personality", new ArgumentTest(0, LowBits, 0x0004_0000)),
        new("personality", new ArgumentTest(0, LowBits, 0xFFFF_FFFF)),
    ];

    /// <summary>
    /// Known and forbidden: namespaces and mounts, other processes' memory, keys, kernel programs and modules, the clock, devices.
    /// Everything newer than this list is refused as non-existent, io_uring and userfaultfd too.
    /// </summary>
    internal static readonly string[] Forbidden =
    [
        "acct", "add_key", "bpf", "chroot", "clock_adjtime", "clock_settime", "delete_module", "fanotify_init", "finit_module", "fsconfig",
        "fsmount", "fsopen", "fspick", "get_mempolicy", "init_module", "ioperm", "iopl", "kcmp", "kexec_file_load", "kexec_load", "keyctl",
        "lookup_dcookie", "mbind", "migrate_pages", "mount", "mount_setattr", "move_mount", "move_pages", "name_to_handle_at",
        "open_by_handle_at", "open_tree", "perf_event_open", "pidfd_getfd", "pivot_root", "process_madvise", "process_vm_readv",
        "process_vm_writev", "ptrace", "quotactl", "reboot", "request_key", "setdomainname", "set_mempolicy", "sethostname", "setns",
        "settimeofday", "swapoff", "swapon", "syslog", "umount2", "userfaultfd", "vhangup",
    ];

    /// <summary>Told apart by ENOSYS on purpose: the C library then uses clone, whose flags a filter can see.</summary>
    internal const string HiddenForFallback = "clone3";

    /// <summary>
    /// The profile in the form of the OCI runtime specification: https://github.com/opencontainers/runtime-spec/blob/main/config-
    /// linux.md
    /// </summary>
    internal static JsonObject ToOci() => new()
    {
        ["defaultAction"] = "SCMP_ACT_ERRNO",
        ["defaultErrnoRet"] = NoSuchCall,
        ["syscalls"] = new JsonArray(
        [
            new JsonObject { ["names"] = Names(Allowed), ["action"] = "SCMP_ACT_ALLOW" },
            new JsonObject { ["names"] = Names(Forbidden), ["action"] = "SCMP_ACT_ERRNO", ["errnoRet"] = NotPermitted },
            .. AllowedWhen.Select(call => new JsonObject
            {
                ["names"] = Names([call.Name]),
                ["action"] = "SCMP_ACT_ALLOW",
                ["args"] = new JsonArray([.. call.Tests.Select(test => new JsonObject
                {
                    ["index"] = test.Index, ["value"] = test.Mask, ["valueTwo"] = test.Value, ["op"] = "SCMP_CMP_MASKED_EQ",
                })]),
            }),
        ]),
    };

    private static JsonArray Names(string[] names) => new([.. names.Select(name => JsonValue.Create(name))]);
}
