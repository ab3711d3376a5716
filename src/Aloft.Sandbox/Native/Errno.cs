using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Aloft.Sandbox.Native;

/// <summary>Turns a failed native call into an exception that names the call, its object and the system's reason.</summary>
internal static class Errno
{
    internal const int Interrupted = 4, NoProcess = 3, Again = 11, NoChild = 10, Busy = 16, Invalid = 22;

    internal static int Last => Marshal.GetLastPInvokeError();

    internal static int Check(nint result, string call, string? what = null) =>
        result >= 0 ? (int)result : throw Failure(Last, call, what);

    internal static NativeException Failure(int errno, string call, string? what = null) => new(errno, call, what);
}

internal sealed class NativeException(int errno, string call, string? what)
    : Win32Exception(errno, $"{call}{(what is null ? "" : $"({what})")}: {Marshal.GetPInvokeErrorMessage(errno)}")
{
    internal int Errno => NativeErrorCode;
}
