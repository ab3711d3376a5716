using System.Runtime.InteropServices;
using Aloft.Sandbox.Native;
using Microsoft.Win32.SafeHandles;

namespace Aloft.Sandbox.Loop;

/// <summary>
/// One thread that waits for every sandbox's output and end. What it calls must be quick: it serves all sandboxes in turn.
/// </summary>
internal sealed unsafe class EventLoop : IDisposable
{
    private const int AddFd = 1, RemoveFd = 2;
    private const int CloseOnExec = 0x80000;
    private const uint Readable = 1;
    private const int BatchSize = 64;

    private readonly Lock gate = new();
    private readonly Dictionary<ulong, Watched> handlers = [];
    private readonly SafeFileHandle epoll = Descriptors.Own(Errno.Check(Libc.epoll_create1(CloseOnExec), nameof(Libc.epoll_create1)));
    private readonly SafeFileHandle wake = Descriptors.Own(Errno.Check(Libc.eventfd(0, CloseOnExec), nameof(Libc.eventfd)));
    private readonly Action<string> report;
    private readonly Thread thread;
    private ulong lastToken;
    private volatile bool ending;

    /// <param name="report">Told what a call has thrown.</param>
    internal EventLoop(Action<string> report)
    {
        this.report = report;
        Watch(wake, static () => { });
        thread = new Thread(Work) { IsBackground = true, Name = "sandboxes" };
        thread.Start();
    }

    /// <summary>Calls <paramref name="onReady"/> whenever the descriptor is readable or at its end, until it is unwatched.</summary>
    /// <returns>A token for <see cref="Unwatch"/>.</returns>
    internal ulong Watch(SafeFileHandle handle, Action onReady) => Add(new(handle, onReady, Once: false));

    /// <summary>Calls <paramref name="onReady"/> one time.</summary>
    internal ulong WatchOnce(SafeFileHandle handle, Action onReady) => Add(new(handle, onReady, Once: true));

    private ulong Add(Watched watched)
    {
        lock (gate)
        {
            var token = ++lastToken;
            var change = new EpollEvent(Readable, token);
            var fd = Descriptors.Number(watched.Handle);
            Errno.Check(Libc.epoll_ctl(Descriptors.Number(epoll), AddFd, fd, change.Bytes), nameof(Libc.epoll_ctl));
            handlers.Add(token, watched);
            return token;
        }
    }

    /// <summary>A call that is under way still ends; none begins after this.</summary>
    internal void Unwatch(ulong token)
    {
        lock (gate)
        {
            if (!handlers.Remove(token, out var watched)) return;
            var change = new EpollEvent(0, 0);
            var fd = Descriptors.Number(watched.Handle);
            Errno.Check(Libc.epoll_ctl(Descriptors.Number(epoll), RemoveFd, fd, change.Bytes), nameof(Libc.epoll_ctl));
        }
    }

    private void Work()
    {
        var ready = stackalloc byte[BatchSize * EpollEvent.Size];
        while (!ending)
        {
            var count = Libc.epoll_wait(Descriptors.Number(epoll), ready, BatchSize, -1);
            if (count < 0 && Errno.Last != Errno.Interrupted) throw Errno.Failure(Errno.Last, nameof(Libc.epoll_wait));
            for (var i = 0; i < count && !ending; i++)
            {
                var token = EpollEvent.TokenOf(ready + i * EpollEvent.Size);
                Watched? watched;
                lock (gate) handlers.TryGetValue(token, out watched);
                if (watched is null) continue;
                if (watched.Once) Unwatch(token);
                Call(watched, token);
            }
        }
    }

    /// <summary>A fault of one sandbox's is not to end all others. What has thrown is not called again: it would throw without a pause.</summary>
    private void Call(Watched watched, ulong token)
    {
        try
        {
            watched.OnReady();
        }
        catch (Exception failure)
        {
            Unwatch(token);
            report($"What a sandbox has told could not be dealt with: {failure}");
        }
    }

    public void Dispose()
    {
        ending = true;
        ulong one = 1;
        Errno.Check(Libc.write(Descriptors.Number(wake), (byte*)&one, sizeof(ulong)), nameof(Libc.write), "eventfd");
        thread.Join();
        epoll.Dispose();
        wake.Dispose();
    }

    private sealed record Watched(SafeFileHandle Handle, Action OnReady, bool Once);

    /// <summary>The kernel's struct epoll_event: packed to 12 bytes on x86-64, 16 bytes elsewhere.</summary>
    private ref struct EpollEvent
    {
        private static readonly int TokenOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

        internal static readonly int Size = TokenOffset + sizeof(ulong);

        private fixed byte content[16];

        internal EpollEvent(uint events, ulong token)
        {
            fixed (byte* start = content)
            {
                *(uint*)start = events;
                *(ulong*)(start + TokenOffset) = token;
            }
        }

        /// <summary>Safe: a ref struct stays on the stack, so its address does not change.</summary>
        internal void* Bytes => System.Runtime.CompilerServices.Unsafe.AsPointer(ref content[0]);

        internal static ulong TokenOf(byte* @event) => *(ulong*)(@event + TokenOffset);
    }
}
