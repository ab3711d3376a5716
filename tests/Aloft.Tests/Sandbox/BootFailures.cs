using Aloft.Sandbox;

namespace Aloft.Tests.Sandbox;

/// <summary>Sandboxes that cannot be made, with every technology: that is told, nothing is left of them, and the next one can.</summary>
public abstract class BootFailures(Lab lab)
{
    [SandboxFact]
    public async Task Limits_that_the_kernel_refuses()
    {
        if (lab.Driver.Description.Contains("not enforced", StringComparison.Ordinal)) return;
        await using (await lab.Boot())
        {
        }
        var before = Traces.Of(lab);
        await Assert.ThrowsAsync<SandboxException>(() => lab.Boot(Lab.Limits with { MaxProcesses = -1000 }));
        await Traces.AreNoMoreThan(before, lab);
    }

    [SandboxFact]
    public async Task A_runtime_that_is_not_there_yet()
    {
        if (lab.Isolation == Isolation.Process) return; // it is shown nothing at its boot
        var folder = Path.Combine(lab.Folder, $"late-{lab.NewId()}");
        await Assert.ThrowsAsync<SandboxException>(Boot);
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "agent.py"), TestSandbox.Agent);
        await using var sandbox = await Boot();
        Assert.Equal("42", await sandbox.Run("6 * 7"));

        Task<TestSandbox> Boot() => TestSandbox.Boot(lab.Driver, lab.NewId(), folder, Lab.Limits);
    }
}

[Collection("sandboxes")]
[OnIsolation(Isolation.Process)]
public sealed class ProcessBootFailures(ProcessLab lab) : BootFailures(lab), IClassFixture<ProcessLab>;

[Collection("sandboxes")]
[OnIsolation(Isolation.Container)]
public sealed class ContainerBootFailures(ContainerLab lab) : BootFailures(lab), IClassFixture<ContainerLab>;

[Collection("sandboxes")]
[OnIsolation(Isolation.Gvisor)]
public sealed class GvisorBootFailures(GvisorLab lab) : BootFailures(lab), IClassFixture<GvisorLab>;
