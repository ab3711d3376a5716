using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Invoke;

internal static class ChannelFault
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>What sending and receiving fail with when the other end has gone, or has sent what is no frame.</summary>
    public static bool Is(Exception fault) => fault is System.Net.Sockets.SocketException or ObjectDisposedException or IOException or InvalidDataException;

    /// <summary>
    /// How the sandbox ends whose channel is of no use any more. Its exit, if it comes by itself, tells why; a runtime that goes on has
    /// nothing to say to anybody and is killed.
    /// </summary>
    public static async Task<SandboxExit> EndOf(ISandbox sandbox, TimeProvider time)
    {
        if (await Task.WhenAny(sandbox.Exited, Task.Delay(Patience, time, CancellationToken.None)) != sandbox.Exited)
            sandbox.Kill();
        return await sandbox.Exited;
    }
}
