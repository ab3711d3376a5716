using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using Aloft.Sandbox;
using Aloft.Sandbox.Native;

namespace Aloft.Tests.Sandbox;

[OnIsolation(Isolation.Container)]
public sealed class NamespaceThreadTests
{
    private const string Name = "a test's namespace";

    [SandboxFact]
    public void It_is_in_a_mount_namespace_of_its_own()
    {
        using var thread = NamespaceThread.NewMountNamespace(Name);
        Assert.NotEqual(MountNamespace(), thread.Run(MountNamespace));
    }

    /// <summary>The pool starts its threads where it is given work, and what is born in a namespace stays there.</summary>
    [SandboxFact]
    public async Task It_gives_the_pool_no_work()
    {
        using var thread = NamespaceThread.NewMountNamespace(Name);
        using var work = new PoolWork();
        await Eventually.True(
            () =>
            {
                _ = Await();
                return work.GivenBy.Contains("herald");
            },
            "who waits goes on by the herald's word");
        Assert.DoesNotContain(Name, work.GivenBy);

        async Task Await() => Assert.True(await thread.RunAsync(static () => true).ConfigureAwait(false));
    }

    private static string MountNamespace() => new FileInfo("/proc/thread-self/ns/mnt").LinkTarget!;

    /// <summary>The names of the threads that gave the pool work; .NET calls a listener on the thread that the event is of.</summary>
    private sealed class PoolWork : EventListener
    {
        private const EventKeywords Pool = (EventKeywords)0x12; // ThreadPool and ThreadTransfer

        public ConcurrentBag<string?> GivenBy { get; } = [];

        protected override void OnEventSourceCreated(EventSource source)
        {
            if (source.Name == "System.Diagnostics.Eventing.FrameworkEventSource") EnableEvents(source, EventLevel.Verbose, Pool);
        }

        protected override void OnEventWritten(EventWrittenEventArgs data) => GivenBy?.Add(Thread.CurrentThread.Name);
    }
}
