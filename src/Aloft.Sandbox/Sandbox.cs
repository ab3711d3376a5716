using System.Net.Sockets;

namespace Aloft.Sandbox;

/// <summary>How strongly a sandbox holds its function apart from the host and from other functions.</summary>
public enum Isolation
{
    /// <summary>A plain child process: no isolation. For development, and said loudly.</summary>
    Process,

    /// <summary>An OCI container by runc or crun: namespaces, cgroups, seccomp, no capabilities.</summary>
    Container,

    /// <summary>An OCI container by runsc: a kernel of its own in user space.</summary>
    Gvisor,
}

/// <summary>What a sandbox is booted with. It holds no user code and no secrets yet.</summary>
/// <param name="Id">Unique on the node; [a-z0-9-]{1,64}. Names its cgroup, its folders and its OCI container.</param>
/// <param name="Command">Program and arguments as seen inside. The first is an absolute path below /usr, /bin or /var/runtime.</param>
/// <param name="Environment">The whole environment of the command: nothing of the host's is added.</param>
/// <param name="RuntimeFolder">Host folder shown read-only at /var/runtime (for <c>process</c>: see <see cref="ISandbox.PathOf"/>).</param>
/// <param name="Limits">Limits until <see cref="ISandbox.SetLimits"/>.</param>
public sealed record SandboxSpec(
    string Id,
    IReadOnlyList<string> Command,
    IReadOnlyDictionary<string, string> Environment,
    string RuntimeFolder,
    SandboxLimits Limits)
{
    /// <summary>Further host folders that a runtime needs to be visible read-only at the same path (an interpreter outside /usr).</summary>
    public IReadOnlyList<string> HostFolders { get; init; } = [];

    /// <summary>Code that is known at boot. A driver that cannot show code late (see <see cref="ISandboxDriver.CanShowCodeLate"/>) needs it here.</summary>
    public CodeFolders? Code { get; init; }
}

/// <summary>A further program in a running sandbox.</summary>
/// <param name="Command">As that of <see cref="SandboxSpec"/>; its first part may also be below /opt and /var/task.</param>
/// <param name="Environment">The whole environment of the command.</param>
/// <param name="WithChannel">It gets a channel of its own, as the sandbox's first command has one.</param>
public sealed record LaunchSpec(IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Environment, bool WithChannel = false)
{
    /// <summary>Where it starts, as seen inside; null where that is of no matter to it.</summary>
    public string? Folder { get; init; }
}

/// <summary>Host folders with user code: shown read-only at /var/task and /opt.</summary>
public sealed record CodeFolders(string Task, string? Opt = null);

/// <param name="MemoryBytes">Hard limit of the sandbox's memory, 64 MiB to 16 GiB; the kernel kills at it.</param>
/// <param name="CpuCores">Ceiling in cores, 0.05 to 64.</param>
/// <param name="CpuWeight">Share under contention, 1 to 10,000 (cgroup v2's cpu.weight; v1 shares are derived).</param>
/// <param name="MaxProcesses">Processes and threads, 1 to 4,096.</param>
/// <param name="TmpBytes">Size of /tmp in bytes; fixed at boot for the container drivers except where they can remount.</param>
public sealed record SandboxLimits(long MemoryBytes, double CpuCores, int CpuWeight, int MaxProcesses, long TmpBytes);

/// <summary>What the kernel has counted for a sandbox since its boot (or since <see cref="ISandbox.ResetPeak"/> for the peak).</summary>
public readonly record struct SandboxUsage(TimeSpan CpuTime, long PeakMemoryBytes);

/// <summary>How a sandbox's first process ended.</summary>
/// <param name="ExitCode">Exit status, or null when a signal ended it.</param>
/// <param name="Signal">The signal, or null.</param>
/// <param name="OutOfMemory">The kernel killed in this sandbox for its memory limit.</param>
public readonly record struct SandboxExit(int? ExitCode, int? Signal, bool OutOfMemory);

/// <summary>Where a sandbox's standard output and error go. Called from one thread at a time for a sandbox; must be quick and not throw.</summary>
public interface IOutputSink
{
    /// <summary>Bytes as they came, standard output and error in the order the kernel gave them; not aligned to lines.</summary>
    void Write(ReadOnlySpan<byte> bytes);
}

/// <summary>One isolation technology. Implementations: <c>process</c>, <c>container</c>, <c>gvisor</c>.</summary>
public interface ISandboxDriver : IAsyncDisposable
{
    Isolation Isolation { get; }

    /// <summary>One line for people: the technology, its version and why it was chosen.</summary>
    string Description { get; }

    /// <summary>Whether <see cref="ISandbox.ShowCode"/> works on a booted sandbox, so that it can stand by without code.</summary>
    bool CanShowCodeLate { get; }

    /// <summary>Starts the command in a new sandbox. Returns when the command is running, not when it is ready.</summary>
    /// <exception cref="SandboxException">The sandbox could not be made; nothing of it is left.</exception>
    ValueTask<ISandbox> Boot(SandboxSpec spec, IOutputSink output, CancellationToken stop);
}

/// <summary>
/// One sandbox from boot to death. Members may be called from any thread, but not two at once, except <see cref="Kill"/>,
/// <see cref="Exited"/>, <see cref="DrainOutput"/>, <see cref="Usage"/>, <see cref="IsRunnable"/>, <see cref="Connect"/> and
/// <see cref="Launch"/>. Disposal kills it and leaves no process, mount, cgroup or file behind.
/// </summary>
public interface ISandbox : IAsyncDisposable
{
    string Id { get; }

    /// <summary>
    /// The host's end of the channel: a connected stream socket. The other end is inherited by the command as the file descriptor
    /// that the environment variable ALOFT_CHANNEL_FD names (3), or, where a driver cannot pass descriptors, the command connects
    /// to the loopback port that ALOFT_CHANNEL_PORT names and the first connection is this socket.
    /// </summary>
    ValueTask<Socket> Channel(CancellationToken stop);

    /// <summary>Makes code visible in the running sandbox, read-only, in well under a millisecond. Once in a sandbox's life.</summary>
    void ShowCode(CodeFolders code);

    /// <summary>Applies new limits (memory, CPU, processes; <see cref="SandboxLimits.TmpBytes"/> where the driver can) to the running sandbox.</summary>
    void SetLimits(SandboxLimits limits);

    /// <summary>
    /// A listening TCP socket on the sandbox's own loopback at <paramref name="port"/>, served from the host. For <c>process</c>
    /// it is on the host's loopback at a free port. <c>Socket.LocalEndPoint</c> tells which. It is closed with the sandbox.
    /// </summary>
    Socket Listen(int port);

    /// <summary>
    /// A TCP connection from the host to what listens on the sandbox's own loopback at <paramref name="port"/>; for <c>process</c>, on
    /// the host's. May be called while other members are.
    /// </summary>
    /// <exception cref="SocketException">Nobody listens there, or it does not accept.</exception>
    /// <exception cref="SandboxException">The sandbox has ended.</exception>
    ValueTask<Socket> Connect(int port, CancellationToken stop);

    /// <summary>
    /// Starts a further program, held as the first is: its namespaces, user, limits and locks. It ends with the sandbox at the latest.
    /// Its output has a sink of its own. May be called while other members are, but not of a frozen sandbox.
    /// </summary>
    /// <exception cref="SandboxException">It could not be started.</exception>
    ValueTask<ISandboxProcess> Launch(LaunchSpec spec, IOutputSink output, CancellationToken stop);

    /// <summary>How the command sees a path that the contract fixes (/var/task, /opt, /var/runtime, /tmp): itself, or the host's for <c>process</c>.</summary>
    string PathOf(string contractPath);

    /// <summary>Stops every process of the sandbox where it is; costs no CPU until <see cref="Thaw"/>.</summary>
    void Freeze();

    void Thaw();

    /// <summary>A few microseconds: read before and after every invocation.</summary>
    SandboxUsage Usage();

    /// <summary>
    /// Whether it has work for a processor at this moment, whether it has got one or waits for one; false when it waits for anything else.
    /// Some ten microseconds.
    /// </summary>
    bool IsRunnable();

    /// <summary>Starts a new peak, where the kernel can (else the peak is that of the sandbox's life, as in AWS).</summary>
    void ResetPeak();

    /// <summary>Hands everything that has been written to standard output and error until now to the sink, and returns after.</summary>
    void DrainOutput();

    /// <summary>Asks the first process to end, by SIGTERM. It may take its time, or refuse.</summary>
    void Terminate();

    /// <summary>Ends every process of the sandbox at once. <see cref="Exited"/> follows.</summary>
    void Kill();

    /// <summary>Completes when the first process has ended. Never faults.</summary>
    Task<SandboxExit> Exited { get; }
}

/// <summary>A further program of a sandbox. Members may be called from any thread.</summary>
public interface ISandboxProcess
{
    /// <summary>As <see cref="ISandbox.Channel"/>, for a program that was started with one.</summary>
    ValueTask<Socket> Channel(CancellationToken stop);

    /// <summary>As <see cref="ISandbox.DrainOutput"/>.</summary>
    void DrainOutput();

    /// <summary>As <see cref="ISandbox.Terminate"/>.</summary>
    void Terminate();

    /// <summary>Completes when the program has ended; what it started itself may run on. Never faults.</summary>
    Task<SandboxExit> Exited { get; }
}

/// <summary>A sandbox could not be made or changed; the message says what the person at the machine can do.</summary>
public sealed class SandboxException(string message, Exception? inner = null) : Exception(message, inner);
