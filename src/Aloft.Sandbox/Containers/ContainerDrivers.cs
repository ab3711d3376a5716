using Aloft.Sandbox.Groups;
using Aloft.Sandbox.Loop;
using Aloft.Sandbox.Native;

namespace Aloft.Sandbox.Containers;

/// <summary>Finds a container runtime that really works on this machine, by running a container with it.</summary>
public static class ContainerDrivers
{
    /// <summary>Removes what an earlier run of this node has left, then takes the first runtime that passes the self-test.</summary>
    /// <exception cref="SandboxException">None does, or this process may not make sandboxes; the message tells each one's reason.</exception>
    public static async Task<ISandboxDriver> Start(string nodeFolder, TimeProvider time, Action<string> report, CancellationToken stop)
    {
        var node = new NodeFolder(nodeFolder, "container");
        node.Remove();
        await CgroupTree.Open(node.Key).RemoveLeftovers(time);
        Child.AdoptOrphans();
        var refusals = new List<string>();
        foreach (var runtime in OciRuntime.Installed())
        {
            var groups = CgroupTree.Open(node.Key);
            var driver = new ContainerDriver(new EventLoop(), new Stage(node.Key), groups, runtime, time, report);
            try
            {
                var start = time.GetTimestamp();
                await SelfTest.Run(driver, stop);
                var took = time.GetElapsedTime(start).TotalMilliseconds;
                driver.Description = $"{runtime.Name}, self-test passed in {took:0} ms, {groups.Description}{string.Concat(refusals.Select(r => $"; not {r}"))}";
                return driver;
            }
            catch (SandboxException failure)
            {
                refusals.Add($"{runtime.Name}: {failure.Message}");
                await driver.DisposeAsync();
            }
        }
        throw new SandboxException(refusals.Count == 0
            ? "No container runtime is installed. Run: apt-get install crun"
            : $"No container runtime works. {string.Join(" ", refusals)}");
    }
}
