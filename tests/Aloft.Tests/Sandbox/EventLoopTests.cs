using System.Collections.Concurrent;
using Aloft.Sandbox.Loop;
using Aloft.Sandbox.Native;

namespace Aloft.Tests.Sandbox;

public sealed class EventLoopTests
{
    [Fact]
    public async Task What_one_sandbox_makes_throw_is_reported_once_and_the_others_are_served_on()
    {
        var reports = new ConcurrentQueue<string>();
        using var loop = new EventLoop(reports.Enqueue);
        var (broken, well) = (Descriptors.Pipe(), Descriptors.Pipe());
        var served = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Watch(broken.Read, static () => throw new IOException("a fault"));
        loop.WatchOnce(well.Read, served.SetResult);
        broken.Write.Dispose(); // readable for good
        await Eventually.True(() => !reports.IsEmpty, "the fault is reported");
        well.Write.Dispose();
        await served.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Contains("a fault", Assert.Single(reports), StringComparison.Ordinal);
        broken.Read.Dispose();
        well.Read.Dispose();
    }
}
