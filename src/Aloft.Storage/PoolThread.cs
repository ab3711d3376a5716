using System.Runtime.CompilerServices;

namespace Aloft.Storage;

/// <summary>
/// Blocking disk work may be asked for by a thread that serves many sockets (completions run inline), and must not stop it.
/// </summary>
internal static class PoolThread
{
    /// <summary>Goes on on a thread of the pool: at once when on one already, which saves the hop.</summary>
    public static ConfiguredTaskAwaitable Enter() => Task.CompletedTask.ConfigureAwait(
        Thread.CurrentThread.IsThreadPoolThread ? ConfigureAwaitOptions.None : ConfigureAwaitOptions.ForceYielding);
}
