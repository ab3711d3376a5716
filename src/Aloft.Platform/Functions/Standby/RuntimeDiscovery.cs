using System.Diagnostics;

namespace Aloft.Platform.Functions.Standby;

/// <summary>
/// Finds the interpreters on this machine: in the system's folders, which every sandbox sees, and below /opt, whose installation is
/// shown to the sandboxes that need it. Those of a user's home (nvm, pyenv) are not looked for: a sandbox could not read them. The .NET
/// that runs this program serves functions too, wherever it is.
/// </summary>
public static class RuntimeDiscovery
{
    static readonly string[] Folders = ["/usr/bin", "/usr/local/bin"];

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<IReadOnlyList<InstalledRuntime>> Find(TimeProvider time, CancellationToken stop)
    {
        var asked = Candidates().Select(candidate => Ask(candidate.Language, candidate.Path, time, stop));
        var found = await Task.WhenAll(asked);
        return [.. found.OfType<InstalledRuntime>().Concat(Dotnets()).GroupBy(runtime => (runtime.Language, runtime.Version)).Select(same => same.First())];
    }

    static IEnumerable<(Language Language, string Path)> Candidates()
    {
        var folders = Folders.Concat(Directory.Exists("/opt") ? Directory.EnumerateDirectories("/opt").Select(folder => Path.Combine(folder, "bin")) : []);
        foreach (var folder in folders.Where(Directory.Exists))
        {
            if (File.Exists(Path.Combine(folder, "node")))
                yield return (Language.Node, Path.Combine(folder, "node"));

            var pythons = Directory.EnumerateFiles(folder, "python3*").Where(path => IsPython(Path.GetFileName(path))).ToList();
            foreach (var python in pythons.Count > 1 ? pythons.Where(path => Path.GetFileName(path) != "python3") : pythons)
                yield return (Language.Python, python);
        }
    }

    /// <summary>Where Debian, Microsoft's packages and its script put it, and the one that runs this program. Its folders tell its versions.</summary>
    static IEnumerable<InstalledRuntime> Dotnets()
    {
        string[] links = [.. Folders.Select(folder => $"{folder}/dotnet"), Environment.ProcessPath ?? ""];
        foreach (var dotnet in (string[])["/usr/share/dotnet/dotnet", "/usr/lib/dotnet/dotnet", "/opt/dotnet/dotnet", .. links])
        {
            if (Path.GetFileName(dotnet) != "dotnet" || !File.Exists(dotnet))
                continue;
            var program = File.ResolveLinkTarget(dotnet, returnFinalTarget: true)?.FullName ?? dotnet; // the frameworks are not beside a link
            if (NewestFramework(Path.Combine(Path.GetDirectoryName(program)!, "shared/Microsoft.NETCore.App")) is { } version)
                yield return new(Language.Dotnet, version, program);
        }
    }

    /// <summary>Of the release that Aloft's runtime is built for; null when there is none.</summary>
    static Version? NewestFramework(string folder) => !Directory.Exists(folder) ? null : Directory.EnumerateDirectories(folder)
        .Select(path => Version.TryParse(Path.GetFileName(path), out var version) ? version : null)
        .Where(version => version?.Major == Environment.Version.Major)
        .Max();

    /// <summary><c>python3</c> and <c>python3.11</c>, not <c>python3-config</c>.</summary>
    static bool IsPython(string name) => name["python3".Length..].TrimStart('.').All(char.IsAsciiDigit);

    /// <summary>Null when it does not run: a broken installation is none.</summary>
    static async Task<InstalledRuntime?> Ask(Language language, string path, TimeProvider time, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(path, "--version") { RedirectStandardOutput = true, RedirectStandardError = true });
            if (process is null)
                return null;
            var answer = await process.StandardOutput.ReadToEndAsync(both.Token);
            await process.WaitForExitAsync(both.Token);
            var digits = answer.Trim().TrimStart('v').Replace("Python ", "", StringComparison.Ordinal);
            return Version.TryParse(digits, out var version) ? new(language, version, path) : null;
        }
        catch (Exception fault) when (fault is System.ComponentModel.Win32Exception or OperationCanceledException && !stop.IsCancellationRequested)
        {
            return null;
        }
    }
}
