using System.Net;
using Aloft.Platform.Front.Listening;
using Aloft.Platform.Functions.Standby;
using Aloft.Tests.Functions.Invoke;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aloft.Tests.Functions.Standby;

public sealed class StandbyPoolTests
{
    static StandbyPool Pool(FakeDriver driver, HttpServer server, TimeProvider time, CancellationToken stop) => new(
        new(Language.Node, new Version(20, 19), "/usr/bin/node"),
        new SandboxBooter(driver, server.Sandboxes, "/nowhere", static () => new Uri("http://127.0.0.1:1"), time), time, NullLogger.Instance, stop);

    static HttpServer Server() => new(new IPEndPoint(IPAddress.Loopback, 0), NullLoggerFactory.Instance, TimeProvider.System);

    [Fact]
    public async Task A_boot_that_fails_for_want_of_anything_fails_who_waits_and_the_next_is_tried()
    {
        Exception? lacking = new IOException("Too many open files");
        var driver = new FakeDriver(static (_, _, _) => Task.CompletedTask) { FailBoot = () => lacking };
        await using var server = Server();
        using var stopping = new CancellationTokenSource();
        var pool = Pool(driver, server, new FakeTime(), stopping.Token);
        await Assert.ThrowsAsync<IOException>(() => pool.Take().WaitAsync(TimeSpan.FromSeconds(30)));
        lacking = null;
        await using (await Eventually.Get(() => TryTake(pool), "a boot goes well"))
            await stopping.CancelAsync();
        await pool.Drain();
    }

    /// <returns>null where a boot that was under way before has failed for the same.</returns>
    static async Task<BootedSandbox?> TryTake(StandbyPool pool)
    {
        try
        {
            return await pool.Take().WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (IOException)
        {
            return null;
        }
    }

    [Fact]
    public async Task None_is_waited_for_when_the_node_stops()
    {
        await using var server = Server();
        using var stopping = new CancellationTokenSource();
        var pool = Pool(new FakeDriver(static (_, _, _) => Task.CompletedTask), server, new FakeTime(), stopping.Token);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pool.Take().WaitAsync(TimeSpan.FromSeconds(30)));
    }
}
