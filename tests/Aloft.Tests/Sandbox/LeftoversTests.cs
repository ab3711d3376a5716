using System.Diagnostics;
using Aloft.Sandbox;

namespace Aloft.Tests.Sandbox;

/// <summary>A node that is killed cannot clean up; the next start of the same node does, and leaves other nodes alone.</summary>
[Collection("sandboxes")]
[OnIsolation(Isolation.Container)]
public sealed class ContainerLeftovers(ContainerLab lab) : Leftovers(lab), IClassFixture<ContainerLab>;

[Collection("sandboxes")]
[OnIsolation(Isolation.Process)]
public sealed class ProcessLeftovers(ProcessLab lab) : Leftovers(lab), IClassFixture<ProcessLab>;

[Collection("sandboxes")]
[OnIsolation(Isolation.Gvisor)]
public sealed class GvisorLeftovers(GvisorLab lab) : Leftovers(lab), IClassFixture<GvisorLab>;

public abstract class Leftovers(Lab lab)
{
    [SandboxFact]
    public async Task The_next_start_ends_what_a_dead_run_left_and_no_other_nodes_sandboxes()
    {
        await using var ofThisNode = await lab.Boot();
        await ofThisNode.Run("1");
        var otherFolder = Path.Combine(lab.Folder, "other-node");
        // This driver stands for a run that was killed: a dead one says nothing of its groups being taken from under it.
        var otherNode = await lab.StartDriver(otherFolder, report: _ => { });
        await using var left = await TestSandbox.Boot(otherNode, lab.NewId(), lab.RuntimeFolder, Lab.Limits);
        await left.Run("result = subprocess.Popen(['/usr/bin/setsid', '/bin/sleep', '1000']) and 1");
        left.Sandbox.Freeze();
        lab.Unlock(otherFolder);

        var next = await lab.StartDriver(otherFolder);

        Assert.NotEqual(0, (await left.Exited()).Signal ?? (await left.Exited()).ExitCode);
        Assert.Equal("still here", await ofThisNode.Run("'still here'"));
        await using (var fresh = await TestSandbox.Boot(next, lab.NewId(), lab.RuntimeFolder, Lab.Limits))
            Assert.Equal("5", await fresh.Run("2 + 3"));
        await next.DisposeAsync();
    }
}
