using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Aloft.Sandbox.Native;

/// <summary>What a child starts with. Standard input is /dev/null; its signals are reset; it leads a session of its own.</summary>
internal sealed record SpawnRequest(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, SafeFileHandle Output)
{
    /// <summary>Becomes the child's descriptor 3.</summary>
    internal SafeFileHandle? Channel { get; init; }

    internal string? Folder { get; init; }
}

/// <summary>
/// Starts a child by posix_spawn: a fork of a process with many threads and a large heap is slow and unsafe, while this one suspends
/// only the calling thread, and inherits that thread's mount namespace.
/// </summary>
internal static unsafe class Spawn
{
    // glibc's largest of these is 336 bytes, musl's 384; sigset_t is 128 in both.
    private const int OpaqueBytes = 1024, SignalSetBytes = 128;
    private const short ResetSignals = 0x04, SetSignalMask = 0x08, NewSession = 0x80;
    private const int ReadOnly = 0;
    internal const int ChannelFd = 3;

    /// <returns>The child's process id. It stays valid until the child is waited for (see <see cref="Child"/>).</returns>
    internal static int Start(SpawnRequest request)
    {
        var actions = stackalloc byte[OpaqueBytes];
        var attributes = stackalloc byte[OpaqueBytes];
        Check(Libc.posix_spawn_file_actions_init(actions), "posix_spawn_file_actions_init");
        Check(Libc.posix_spawnattr_init(attributes), "posix_spawnattr_init");
        using var arguments = new StringArray(request.Arguments);
        using var environment = new StringArray([.. request.Environment.Select(pair => $"{pair.Key}={pair.Value}")]);
        try
        {
            Prepare(request, actions, attributes);
            int pid;
            var program = request.Arguments[0];
            Check(Libc.posix_spawn(&pid, program, actions, attributes, arguments.Pointer, environment.Pointer), "posix_spawn", program);
            return pid;
        }
        finally
        {
            _ = Libc.posix_spawn_file_actions_destroy(actions);
            _ = Libc.posix_spawnattr_destroy(attributes);
            GC.KeepAlive(request);
        }
    }

    private static void Prepare(SpawnRequest request, byte* actions, byte* attributes)
    {
        // Output before channel: should the pipe have the number 3, it is copied away before the channel takes that.
        var output = Descriptors.Number(request.Output);
        Check(Libc.posix_spawn_file_actions_adddup2(actions, output, 1), "posix_spawn_file_actions_adddup2");
        Check(Libc.posix_spawn_file_actions_adddup2(actions, output, 2), "posix_spawn_file_actions_adddup2");
        if (request.Channel is { } channel)
            Check(Libc.posix_spawn_file_actions_adddup2(actions, Descriptors.Number(channel), ChannelFd), "posix_spawn_file_actions_adddup2");
        Check(Libc.posix_spawn_file_actions_addopen(actions, 0, "/dev/null", ReadOnly, 0), "posix_spawn_file_actions_addopen");
        // Ours are close-on-exec, but what this process itself inherited may not be. (glibc 2.34, 2021.)
        var firstToClose = request.Channel is null ? ChannelFd : ChannelFd + 1;
        Check(Libc.posix_spawn_file_actions_addclosefrom_np(actions, firstToClose), "posix_spawn_file_actions_addclosefrom_np");
        if (request.Folder is { } folder)
            Check(Libc.posix_spawn_file_actions_addchdir_np(actions, folder), "posix_spawn_file_actions_addchdir_np");

        var signals = stackalloc byte[SignalSetBytes];
        new Span<byte>(signals, SignalSetBytes).Clear();
        Check(Libc.posix_spawnattr_setsigmask(attributes, signals), "posix_spawnattr_setsigmask");
        new Span<byte>(signals, SignalSetBytes).Fill(0xFF); // .NET ignores SIGPIPE, and an ignored signal would be inherited
        Check(Libc.posix_spawnattr_setsigdefault(attributes, signals), "posix_spawnattr_setsigdefault");
        Check(Libc.posix_spawnattr_setflags(attributes, ResetSignals | SetSignalMask | NewSession), "posix_spawnattr_setflags");
    }

    private static void Check(int error, string call, string? what = null)
    {
        if (error != 0) throw Errno.Failure(error, call, what);
    }

    /// <summary>A NULL-ended array of UTF-8 strings outside the managed heap.</summary>
    private readonly ref struct StringArray
    {
        internal readonly byte** Pointer;
        private readonly int count;

        internal StringArray(IReadOnlyList<string> strings)
        {
            count = strings.Count;
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(count + 1), (nuint)sizeof(byte*));
            for (var i = 0; i < count; i++) Pointer[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
        }

        public void Dispose()
        {
            for (var i = 0; i < count; i++) Marshal.FreeCoTaskMem((nint)Pointer[i]);
            NativeMemory.Free(Pointer);
        }
    }
}
