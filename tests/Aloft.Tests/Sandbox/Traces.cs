using Aloft.Sandbox;

namespace Aloft.Tests.Sandbox;

/// <summary>Everything that sandboxes could leave on the host: processes, mounts, control groups, files.</summary>
internal static class Traces
{
    /// <summary>What there is now of this class's driver, as lines to compare. Other processes on the machine do not show in it.</summary>
    internal static string[] Of(Lab lab) =>
    [
        $"mounts of this process: {File.ReadAllLines("/proc/self/mountinfo").Count(line => line.Contains("aloft", StringComparison.Ordinal))}",
        .. MountsOnStages(),
        .. Cgroups(lab.Driver).Select(folder => $"cgroup {folder}"),
        .. Directory.Exists(lab.NodeFolder) ? Directory.GetFileSystemEntries(lab.NodeFolder, "*", SearchOption.AllDirectories) : [],
        .. Processes(),
    ];

    internal static async Task AreNoMoreThan(string[] before, Lab lab)
    {
        try
        {
            await Eventually.True(() => !Of(lab).Except(before).Any(), "nothing new is left");
        }
        catch (TimeoutException)
        {
            Assert.Empty(Of(lab).Except(before));
        }
    }

    /// <summary>A driver's stage is a namespace of one of its threads, whose mounts can be read there. Other tests have sandboxes, too.</summary>
    private static IEnumerable<string> MountsOnStages() => Directory.GetDirectories("/proc/self/task")
        .SelectMany(task => Read($"{task}/mountinfo").Split('\n'))
        .Where(line => line.Contains("/sandboxes/lab-", StringComparison.Ordinal))
        .Select(line => $"mount {line.Split(' ')[4]}").Distinct();

    private static IEnumerable<string> Cgroups(ISandboxDriver driver) => Directory.Exists("/sys/fs/cgroup")
        ? Directory.GetDirectories("/sys/fs/cgroup", "lab-*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 4 })
            .Where(folder => folder.Contains($"/{driver.Isolation.ToString().ToLowerInvariant()}-", StringComparison.Ordinal)).Order()
        : [];

    /// <summary>What runs in a sandbox of these tests, and what one left as a zombie to this process.</summary>
    private static IEnumerable<string> Processes()
    {
        foreach (var folder in Directory.GetDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            if (Read($"{folder}/environ").Contains("\0GIVEN=yes\0", StringComparison.Ordinal)) yield return $"process {Path.GetFileName(folder)}";
            var stat = Read($"{folder}/stat");
            if (stat.Contains($") Z {Environment.ProcessId} ", StringComparison.Ordinal) && Programs.Any(stat.Contains))
                yield return $"zombie {stat[1..stat.IndexOf('Z')]}";
        }
    }

    private static readonly string[] Programs = ["(python3)", "(sleep)", "(sh)", "(yes)", "(crun)", "(runc", "(runsc", "(exe)", "(setsid)"];

    internal static string Read(string path)
    {
        try
        {
            return "\0" + File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
