using System.Collections.Concurrent;
using System.Globalization;
using Aloft.Sandbox;
using Aloft.Sandbox.Native;

namespace Aloft.Tests.Sandbox;

/// <summary>A driver and the folders that its sandboxes get, for one class of tests.</summary>
public abstract class Lab(Isolation isolation) : IAsyncLifetime
{
    internal static readonly SandboxLimits Limits = new(MemoryBytes: 256 << 20, CpuCores: 2, CpuWeight: 100, MaxProcesses: 64, TmpBytes: 4 << 20);

    private readonly ConcurrentQueue<string> reports = new();
    private int lastId;

    public Isolation Isolation => isolation;

    internal ISandboxDriver Driver { get; private set; } = null!;

    /// <summary>World-readable, as code folders are.</summary>
    internal string Folder { get; } = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"aloft-lab-{Guid.NewGuid():n}")).FullName;

    internal string NodeFolder => Path.Combine(Folder, "node");

    internal string RuntimeFolder => Path.Combine(Folder, "runtime");

    /// <summary>What the driver complained of: nothing, when all is well.</summary>
    internal IReadOnlyCollection<string> Reports => reports;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(RuntimeFolder);
        await File.WriteAllTextAsync(Path.Combine(RuntimeFolder, "agent.py"), TestSandbox.Agent);
        Driver = await StartDriver();
    }

    public async Task DisposeAsync()
    {
        await Driver.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        Assert.True(reports.IsEmpty, string.Join("\n", reports)); // whole, where there are any
    }

    internal async Task<ISandboxDriver> StartDriver(string? nodeFolder = null, Action<string>? report = null) =>
        (await SandboxDrivers.Choose(
            isolation.ToString().ToLowerInvariant(), nodeFolder ?? NodeFolder, wasIsolated: false, TimeProvider.System, report ?? reports.Enqueue,
            CancellationToken.None)).Driver;

    /// <summary>Makes a driver in this process look as the kernel leaves one whose process was killed: it holds no lock any more.</summary>
    internal void Unlock(string nodeFolder)
    {
        const int unlock = 8;
        var group = $"/aloft/{Aloft.Sandbox.NodeFolder.KeyOf(nodeFolder, isolation.ToString().ToLowerInvariant())}";
        foreach (var descriptor in new DirectoryInfo("/proc/self/fd").GetFileSystemInfos())
        {
            if (descriptor.LinkTarget?.EndsWith(group, StringComparison.Ordinal) == true)
                _ = Libc.flock(int.Parse(descriptor.Name, CultureInfo.InvariantCulture), unlock);
        }
    }

    /// <summary>A folder with one file in it, <c>code.txt</c>.</summary>
    internal CodeFolders NewCode(string content)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, $"code-{Interlocked.Increment(ref lastId)}")).FullName;
        File.WriteAllText(Path.Combine(folder, "code.txt"), content);
        return new(folder);
    }

    internal string NewId() => $"lab-{Interlocked.Increment(ref lastId)}";

    internal Task<TestSandbox> Boot(SandboxLimits? limits = null, CodeFolders? code = null) =>
        TestSandbox.Boot(Driver, NewId(), RuntimeFolder, limits ?? Limits, code);
}

public sealed class ProcessLab() : Lab(Isolation.Process);

public sealed class ContainerLab() : Lab(Isolation.Container);

public sealed class GvisorLab() : Lab(Isolation.Gvisor);
