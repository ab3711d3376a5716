using Aloft.Tests.EndToEnd;

namespace Aloft.Tests.Fault;

/// <summary>
/// Promise R2: what a killed run leaves (its sandboxes go on without it) is gone when the next start is ready, and after an orderly
/// stop there is nothing at all. Namespaces need no look of their own: what holds one is a process or a mount, and the kernel gives
/// their numbers out again at once.
/// </summary>
[Collection(RealProgram.Name)]
public sealed class LeftoverTests
{
    const string Busy = "exports.handler = () => new Promise(done => setTimeout(done, 60000));";

    [Theory]
    [InlineData("container")]
    [InlineData("gvisor")]
    [InlineData("process")]
    public async Task Next_start_clears_what_a_kill_left(string isolation)
    {
        using var data = new TemporaryFolder();
        string[] arguments = ["--isolation", isolation];
        MachineState dead;
        await using (var first = await AloftProgram.Start(data.Path, arguments))
        {
            using var lambda = first.Lambda();
            var idle = await lambda.Create(FunctionSource.Echo);
            Assert.Equal("1", (await lambda.Invoke(idle, "1")).Text);
            Assert.Equal("2", (await lambda.Invoke(await lambda.Create(FunctionSource.ShellEcho), "2")).Text);
            var busy = await lambda.Create(FunctionSource.Node(Busy), timeoutSeconds: 90);
            var running = lambda.Invoke(busy);
            await Eventually.True(() => MachineState.Of(data.Path).Processes.Count > 2, "sandboxes run");
            dead = MachineState.Of(data.Path);
            first.Kill();
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => running);
        }

        await using (var second = await AloftProgram.Start(data.Path, arguments))
        {
            Assert.Empty(dead.Processes.Intersect(MachineState.Of(data.Path).Processes));
            using var lambda = second.Lambda();
            Assert.Equal("3", (await lambda.Invoke(await lambda.Create(FunctionSource.Echo), "3")).Text);
        }

        NothingIsLeft(MachineState.Of(data.Path), dead.ControlGroups);
    }

    [Fact]
    public async Task Orderly_stop_leaves_nothing()
    {
        using var data = new TemporaryFolder();
        MachineState alive;
        await using (var program = await AloftProgram.Start(data.Path))
        {
            using var lambda = program.Lambda();
            foreach (var source in new[] { FunctionSource.Echo, FunctionSource.ShellEcho })
                Assert.Equal("1", (await lambda.Invoke(await lambda.Create(source), "1")).Text);
            alive = MachineState.Of(data.Path);
        }

        NothingIsLeft(MachineState.Of(data.Path), alive.ControlGroups);
    }

    static void NothingIsLeft(MachineState after, IEnumerable<string> controlGroups)
    {
        Assert.Empty(after.Processes);
        Assert.Empty(after.Mounts);
        Assert.Empty(MachineState.Existing(controlGroups));
    }
}
