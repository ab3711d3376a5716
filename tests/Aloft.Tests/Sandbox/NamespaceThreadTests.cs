using System.Collections.Concurrent;
using Aloft.Sandbox;
using Aloft.Sandbox.Native;

namespace Aloft.Tests.Sandbox;

[OnIsolation(Isolation.Container)]
public sealed class NamespaceThreadTests
{
    /// <summary>The pool grows on the thread that gives it work, and what is born there would stay in that thread's namespaces.</summary>
    [SandboxFact]
    public async Task Who_waits_for_a_namespaces_thread_goes_on_outside_of_it()
    {
        using var inside = NamespaceThread.NewMountNamespace("test");
        var outside = MountNamespace();
        Assert.NotEqual(outside, inside.Run(MountNamespace));

        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(workers + 64, ports); // to grow at once, while all are blocked
        try
        {
            var seen = new ConcurrentBag<string>();
            using var others = new CountdownEvent(64);
            await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ =>
            {
                await inside.RunAsync(static () => true).ConfigureAwait(false);
                seen.Add(MountNamespace());
                others.Signal();
                others.Wait(TimeSpan.FromSeconds(30));
            }));
            Assert.All(seen, found => Assert.Equal(outside, found));
            Assert.Equal(64, seen.Count);
        }
        finally
        {
            ThreadPool.SetMinThreads(workers, ports);
        }
    }

    private static string MountNamespace() => new FileInfo("/proc/thread-self/ns/mnt").LinkTarget!;
}
