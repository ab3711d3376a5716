using Aloft.Sandbox.Containers;
using Aloft.Sandbox.Gvisor;
using Aloft.Sandbox.Processes;

namespace Aloft.Sandbox;

/// <param name="Driver">Ready to boot sandboxes.</param>
/// <param name="Reason">For people: why this one.</param>
/// <param name="Warning">For people, loudly: what is missing for isolation and how to get it. null when functions are isolated.</param>
public sealed record DriverChoice(ISandboxDriver Driver, string Reason, string? Warning);

/// <summary>Where sandboxes come from: chooses the technology, and tells what a machine lacks for it.</summary>
public static class SandboxDrivers
{
    /// <summary>
    /// Starts the driver for <paramref name="isolation"/>: "container", "gvisor", "process", or "auto" for the container where that
    /// works and plain processes, with a warning, where it does not. What an earlier run of this node left is removed first.
    /// </summary>
    /// <param name="nodeFolder">The node's own folder for what lives while it runs; also what its leftovers are known by.</param>
    /// <param name="wasIsolated">The node has run functions apart before: then "auto" does not go down to plain processes.</param>
    /// <param name="report">Told, as a line for people, what went wrong outside of any call.</param>
    /// <exception cref="SandboxException">The technology asked for does not work here.</exception>
    /// <exception cref="ArgumentException">There is no such technology.</exception>
    public static async Task<DriverChoice> Choose(
        string isolation, string nodeFolder, bool wasIsolated, TimeProvider time, Action<string> report, CancellationToken stop)
    {
        switch (isolation)
        {
            case "container":
                return new(await ContainerDriver.Start(nodeFolder, time, report, stop), "asked for", null);
            case "gvisor":
                return new(await GvisorDriver.Start(nodeFolder, time, report, stop), "asked for", null);
            case "process":
                return new(await ProcessDriver.Start(nodeFolder, time, report), "asked for", "Functions run WITHOUT isolation, as was asked for.");
            case "auto":
                break;
            default:
                throw new ArgumentException($"'{isolation}' is no isolation: auto, container, gvisor or process.", nameof(isolation));
        }
        try
        {
            return new(await ContainerDriver.Start(nodeFolder, time, report, stop), "the container runtime passed its self-test", null);
        }
        catch (SandboxException missing) when (wasIsolated)
        {
            throw new SandboxException(
                $"Containers do not work here now, and this node has run functions in them before: it does not go on without isolation unless "
                + $"asked to by --isolation process. `aloft doctor` tells what is missing. {missing.Message}", missing);
        }
        catch (SandboxException missing)
        {
            var driver = await ProcessDriver.Start(nodeFolder, time, report);
            return new(driver, "containers do not work here", $"Functions run WITHOUT isolation. {missing.Message}");
        }
    }

    /// <summary>What this machine has of what isolation needs, item by item. Changes nothing; takes some tens of milliseconds.</summary>
    public static Task<IReadOnlyList<DiagnosisItem>> Diagnose() => Diagnosis.Run();
}
