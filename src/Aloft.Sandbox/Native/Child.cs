using System.Collections.Concurrent;
using System.Globalization;
using Aloft.Sandbox.Processes;
using Microsoft.Win32.SafeHandles;

namespace Aloft.Sandbox.Native;

/// <summary>How a process ended: by its exit status or by a signal.</summary>
internal readonly record struct ProcessEnd(int? ExitCode, int? Signal);

/// <summary>
/// A process held by a pidfd, so that a signal can never reach another that was given the same number later. A process that we
/// started, or that was re-parented to us, is also waited for here; nobody else may wait for it.
/// </summary>
internal sealed unsafe class Child : IDisposable
{
    private const int ByPid = 1, ByPidfd = 3, Ended = 4, DoNotBlock = 1;
    private const int CodeExited = 1;
    private const int SubreaperOption = 36;
    private const short Readable = 1;

    /// <summary>As the kernel shows them; runsc calls itself by /proc/self/exe.</summary>
    private static readonly string[] RuntimeNames = ["crun", "runc", "runsc", "exe"];

    /// <summary>How many objects hold each process, by its number.</summary>
    private static readonly ConcurrentDictionary<int, int> Held = new();

    private Child(int pid, SafeFileHandle handle)
    {
        (Pid, Handle) = (pid, handle);
        Held.AddOrUpdate(pid, 1, static (_, count) => count + 1);
    }

    internal int Pid { get; }

    /// <summary>Readable for epoll once the process has ended.</summary>
    internal SafeFileHandle Handle { get; }

    /// <summary>Another object holds the process, too, and waits for it.</summary>
    internal bool IsAnothersToo => Held.TryGetValue(Pid, out var count) && count > 1;

    internal static Child Open(int pid) => TryOpen(pid) ?? throw Errno.Failure(Errno.NoProcess, "pidfd_open", $"{pid}");

    /// <returns>null when there is no such process (any more).</returns>
    internal static Child? TryOpen(int pid)
    {
        var fd = Libc.syscall_pidfd_open(Libc.PidfdOpen, pid, 0);
        if (fd >= 0) return new(pid, Descriptors.Own((int)fd));
        return Errno.Last is Errno.NoProcess or Errno.Invalid ? null : throw Errno.Failure(Errno.Last, "pidfd_open", $"{pid}");
    }

    /// <summary>
    /// Makes processes whose parent has ended children of this process: a container's first process, once its runtime is gone.
    /// </summary>
    internal static void AdoptOrphans() => Errno.Check(Libc.prctl(SubreaperOption, 1, 0, 0, 0), nameof(Libc.prctl), "PR_SET_CHILD_SUBREAPER");

    /// <summary>Sends a signal; one that has ended already is left alone.</summary>
    internal void Signal(int signal)
    {
        if (Libc.syscall_pidfd_send_signal(Libc.PidfdSendSignal, Descriptors.Number(Handle), signal, null, 0) < 0
            && Errno.Last != Errno.NoProcess)
        {
            throw Errno.Failure(Errno.Last, "pidfd_send_signal", $"{Pid}");
        }
    }

    /// <summary>How the child, which has ended, did so; lets its number go.</summary>
    internal ProcessEnd ReapEnded() => TryReapEnded() ?? throw Errno.Failure(Errno.NoChild, nameof(Libc.waitid), $"{Pid}");

    /// <summary>As <see cref="ReapEnded"/>; null where it has been waited for already.</summary>
    internal ProcessEnd? TryReapEnded() => Wait(ByPidfd, Descriptors.Number(Handle)) switch
    {
        null => null,
        { Pid: 0 } => throw new InvalidOperationException($"Process {Pid} is said to have ended, and runs."),
        { Code: CodeExited } info => new ProcessEnd(info.Status, null),
        { } info => new ProcessEnd(null, info.Status),
    };

    /// <summary>
    /// Lets go of helpers that an OCI runtime has left to us (crun: one for each container). Only a process that has ended, bears a
    /// runtime's name and is held by nobody here is taken: to wait for another's child would be fatal for that other.
    /// </summary>
    /// <returns>Whether one lives that will have to be taken later.</returns>
    internal static bool ReapRuntimeHelpers()
    {
        var lives = false;
        // The kernel leaves orphans to a process's first thread; what .NET starts belongs to the thread that started it.
        var self = Libc.getpid();
        foreach (var text in File.ReadAllText($"/proc/self/task/{self}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var pid = int.Parse(text, CultureInfo.InvariantCulture);
            if (Held.ContainsKey(pid) || ProcessTable.Find(pid) is not { } process || process.Parent != self
                || !RuntimeNames.Any(name => process.Name.StartsWith(name, StringComparison.Ordinal)))
            {
                continue;
            }
            lives |= !process.HasEnded;
            if (process.HasEnded) Wait(ByPid, pid);
        }
        return lives;
    }

    /// <returns>null where there is no such child.</returns>
    private static Libc.SignalInfo? Wait(int idType, int id)
    {
        Libc.SignalInfo info = default;
        while (Libc.waitid(idType, id, &info, Ended | DoNotBlock) < 0)
        {
            if (Errno.Last == Errno.NoChild) return null;
            if (Errno.Last != Errno.Interrupted) throw Errno.Failure(Errno.Last, nameof(Libc.waitid), $"{id}");
        }
        return info;
    }

    /// <summary>Lets the number of a process that has ended go, if it is our child.</summary>
    /// <returns>Whether it has ended.</returns>
    internal bool ReapIfOurs() =>
        Wait(ByPidfd, Descriptors.Number(Handle)) is { } info ? info.Pid != 0 : WaitForEnd(TimeSpan.Zero);

    /// <summary>As <see cref="ReapIfOurs"/>.</summary>
    /// <returns>Whether it is ours, and has ended.</returns>
    internal bool TryReap() => Wait(ByPidfd, Descriptors.Number(Handle)) is { Pid: not 0 };

    /// <summary>Waits until the process has ended, ours or not.</summary>
    internal bool WaitForEnd(TimeSpan atMost)
    {
        var poll = new Libc.PollFd { Fd = Descriptors.Number(Handle), Events = Readable };
        while (true)
        {
            var ready = Libc.poll(&poll, 1, (int)atMost.TotalMilliseconds);
            if (ready >= 0) return ready > 0;
            if (Errno.Last != Errno.Interrupted) throw Errno.Failure(Errno.Last, nameof(Libc.poll));
        }
    }

    /// <summary>Waits for a process that was re-parented to us, if it is one that has ended.</summary>
    internal static void ReapOrphan(int pid) => Wait(ByPid, pid);

    public void Dispose()
    {
        if (Held.AddOrUpdate(Pid, 0, static (_, count) => count - 1) == 0) Held.TryRemove(new(Pid, 0));
        Handle.Dispose();
    }
}

internal static class Signals
{
    internal const int Kill = 9, Terminate = 15, Continue = 18, Stop = 19;
}
