using System.Runtime.CompilerServices;

namespace Aloft.Storage;

/// <summary>
/// Long work may be asked for by a thread that serves many sockets (completions run inline), and must not stop it.
/// </summary>
public static class PoolThread
{
    /// <summary>Hashed, parsed or decoded in a fraction of a millisecond.</summary>
    private const int QuickBytes = 256 * 1024;

    /// <summary>As <see cref="Enter"/> before so much is worked through, and nothing where that is quickly done.</summary>
    public static ConfiguredTaskAwaitable EnterFor(int bytes) =>
        bytes > QuickBytes ? Enter() : Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.None);

    /// <summary>Goes on on a thread of the pool: at once when on one already, which saves the hop.</summary>
    public static ConfiguredTaskAwaitable Enter() => Task.CompletedTask.ConfigureAwait(
        Thread.CurrentThread.IsThreadPoolThread ? ConfigureAwaitOptions.None : ConfigureAwaitOptions.ForceYielding);
}
