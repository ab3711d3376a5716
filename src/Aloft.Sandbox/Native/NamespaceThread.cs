using Microsoft.Win32.SafeHandles;

namespace Aloft.Sandbox.Native;

/// <summary>
/// A thread that lives in a namespace of its own and does what it is asked there, one thing at a time. Namespace membership belongs
/// to a thread, so such work can never run on the pool's threads. A thread is born in the namespaces of the one that starts it, and
/// the pool starts its threads where it is given work: so these threads never give it any.
/// </summary>
internal sealed class NamespaceThread : IDisposable
{
    private const int NewNet = 0x40000000, NewMounts = 0x00020000, ShareFolders = 0x00000200;
    private const int ReadOnly = 0, CloseOnExec = 0x80000;
    private const uint WritableByOwner = 0x12; // ----w--w-
    private const int StackBytes = 256 * 1024;

    private static readonly Herald Completions = new();

    private readonly object gate = new();
    private readonly Queue<Action> waiting = new();
    private readonly Thread thread;
    private bool ending;

    private NamespaceThread(string name, Action enter)
    {
        thread = new Thread(Work, StackBytes) { IsBackground = true, Name = name };
        thread.Start();
        try
        {
            Run(enter);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>A thread in a new mount namespace that follows the host's.</summary>
    internal static NamespaceThread NewMountNamespace(string name) => new(name, () =>
    {
        Errno.Check(Libc.unshare(NewMounts), nameof(Libc.unshare), "CLONE_NEWNS");
        Mounts.FollowHost();
        _ = Libc.umask(WritableByOwner); // of this thread and its children alone, since it shares its folders with no other any more
    });

    /// <summary>Another thread in the same mount namespace.</summary>
    internal NamespaceThread Sibling(string name)
    {
        using var here = Run(() => OpenNamespace("/proc/thread-self/ns/mnt"));
        return new(name, () =>
        {
            // A thread that shares its root and current folder with others may not enter a mount namespace.
            Errno.Check(Libc.unshare(ShareFolders), nameof(Libc.unshare), "CLONE_FS");
            Errno.Check(Libc.setns(Descriptors.Number(here), NewMounts), nameof(Libc.setns), "mnt");
            _ = Libc.umask(WritableByOwner);
        });
    }

    /// <summary>Runs <paramref name="action"/> once, on a thread that ends after it, in a process's network namespace.</summary>
    internal static T InNetworkOf<T>(int pid, Func<T> action)
    {
        using var network = OpenNamespace($"/proc/{pid}/ns/net");
        return InNetwork(network, action);
    }

    internal static T InNetwork<T>(SafeFileHandle network, Func<T> action)
    {
        using var thread = new NamespaceThread("netns", () => Errno.Check(Libc.setns(Descriptors.Number(network), NewNet), nameof(Libc.setns), "net"));
        return thread.Run(action);
    }

    /// <summary>A network namespace with nothing but its loopback, which lives as long as this handle or a process in it.</summary>
    internal static SafeFileHandle NewNetwork()
    {
        using var thread = new NamespaceThread("netns", () => Errno.Check(Libc.unshare(NewNet), nameof(Libc.unshare), "CLONE_NEWNET"));
        return thread.Run(() =>
        {
            Loopback.Raise();
            return OpenNamespace("/proc/thread-self/ns/net");
        });
    }

    /// <summary>The caller's thread waits, and is waked without the pool.</summary>
    internal T Run<T>(Func<T> action) => Start(action, static completion => completion()).GetAwaiter().GetResult();

    internal void Run(Action action) => Run(() =>
    {
        action();
        return true;
    });

    /// <summary>As <see cref="Run{T}"/>, without holding the caller's thread meanwhile.</summary>
    internal Task<T> RunAsync<T>(Func<T> action) => Start(action, Completions.Tell);

    private Task<T> Start<T>(Func<T> action, Action<Action> complete)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                var result = action();
                complete(() => done.SetResult(result));
            }
            catch (Exception failure)
            {
                complete(() => done.SetException(failure));
            }
        });
        return done.Task;
    }

    private void Post(Action action)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(ending, this);
            waiting.Enqueue(action);
            Monitor.Pulse(gate);
        }
    }

    private void Work()
    {
        while (true)
        {
            Action? next;
            lock (gate)
            {
                while (!waiting.TryDequeue(out next))
                {
                    if (ending) return;
                    Monitor.Wait(gate);
                }
            }
            next();
        }
    }

    private static SafeFileHandle OpenNamespace(string path) =>
        Descriptors.Own(Errno.Check(Libc.open(path, ReadOnly | CloseOnExec), nameof(Libc.open), path));

    public void Dispose()
    {
        lock (gate)
        {
            ending = true;
            Monitor.Pulse(gate);
        }
        if (Thread.CurrentThread != thread) thread.Join();
    }

    /// <summary>Lets who waits go on, from a thread in this process's own namespaces.</summary>
    private sealed class Herald
    {
        private readonly Queue<Action> waiting = new();

        internal Herald() => new Thread(Work, StackBytes) { IsBackground = true, Name = "herald" }.Start();

        internal void Tell(Action completion)
        {
            lock (waiting)
            {
                waiting.Enqueue(completion);
                Monitor.Pulse(waiting);
            }
        }

        private void Work()
        {
            while (true)
            {
                Action? next;
                lock (waiting)
                {
                    while (!waiting.TryDequeue(out next)) Monitor.Wait(waiting);
                }
                next();
            }
        }
    }
}
