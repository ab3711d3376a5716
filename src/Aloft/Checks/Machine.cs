using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Aloft.Platform.Functions.Standby;
using Aloft.Sandbox;

namespace Aloft.Checks;

/// <summary>Everything that a node needs of its machine.</summary>
internal static class Machine
{
    public static async Task<IReadOnlyList<Check>> Check(TimeProvider clock, CancellationToken stop)
    {
        var runtimes = await RuntimeDiscovery.Find(clock, stop);
        return
        [
            Dotnet(runtimes),
            Sqlite(),
            Interpreter("Node.js", "nodejs", Language.Node, runtimes),
            Interpreter("Python", "python3", Language.Python, runtimes),
            Curl(),
            await Isolation("container", clock, stop),
            await Isolation("gvisor", clock, stop),
            .. (await SandboxDrivers.Diagnose()).Select(item => new Check(item.Name, item.Ok ? Verdict.Good : Verdict.Limits, item.Detail, item.Fix)),
            Port(NodeSettings.DefaultPort),
        ];
    }

    static Check Dotnet(IReadOnlyList<InstalledRuntime> runtimes)
    {
        var found = runtimes.Where(runtime => runtime.Language == Language.Dotnet).ToList();
        return found.Count > 0
            ? new(".NET", Verdict.Good, $"{RuntimeInformation.FrameworkDescription}; functions run on {string.Join(", ", found.Select(Shown))}")
            : new(".NET", Verdict.Limits, $"{RuntimeInformation.FrameworkDescription}; no dotnet that a sandbox could use: functions in .NET cannot run",
                "install it below /usr or /opt");
    }

    static string Shown(InstalledRuntime runtime) => $"{runtime.Version} ({runtime.Path})";

    static Check Sqlite()
    {
        if (!NativeLibrary.TryLoad("libsqlite3.so.0", out var library))
            return new("SQLite", Verdict.Fails, "libsqlite3.so.0 is not there", "apt-get install libsqlite3-0, or use PostgreSQL with --db");
        NativeLibrary.Free(library);
        return new("SQLite", Verdict.Good, "libsqlite3.so.0");
    }

    static Check Interpreter(string name, string package, Language language, IReadOnlyList<InstalledRuntime> runtimes)
    {
        var found = runtimes.Where(runtime => runtime.Language == language).OrderByDescending(runtime => runtime.Version).ToList();
        return found.Count > 0
            ? new(name, Verdict.Good, string.Join(", ", found.Select(Shown)))
            : new(name, Verdict.Limits, $"none in /usr/bin, /usr/local/bin or /opt: functions in {name} cannot run", $"apt-get install {package}");
    }

    static Check Curl() => File.Exists("/usr/bin/curl")
        ? new("curl", Verdict.Good, "/usr/bin/curl, for custom runtimes written in shell")
        : new("curl", Verdict.Limits, "not there: custom runtimes written in shell need it", "apt-get install curl");

    /// <summary>Starts the technology as a node would, with its self-test, and stops it again.</summary>
    static async Task<Check> Isolation(string technology, TimeProvider clock, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("aloft-doctor-");
        var reports = new List<string>();
        try
        {
            await using var driver = (await SandboxDrivers.Choose(technology, folder.FullName, wasIsolated: false, clock, Report, stop)).Driver;
            return new(technology, Verdict.Good, driver.Description);
        }
        catch (SandboxException missing)
        {
            return new(technology, Verdict.Limits, string.Join(' ', reports.Append(missing.Message)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        void Report(string line)
        {
            lock (reports)
                reports.Add(line);
        }
    }

    static Check Port(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return new("port", Verdict.Good, $"{port} is free");
        }
        catch (SocketException)
        {
            return new("port", Verdict.Limits, $"{port} is in use, by a node of Aloft or by something else", "aloft up --port 0 picks a free one");
        }
    }
}
