using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Aloft.Platform.Front.Listening;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.RuntimeApi;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Standby;

/// <summary>Boots sandboxes to the point where their runtime is up and waits for a function.</summary>
/// <param name="runtimesFolder">The host folder with Aloft's runtimes, shown at /var/runtime.</param>
/// <param name="hostEndpoint">Aloft's AWS endpoint on the host, for a driver without a network of its own.</param>
internal sealed class SandboxBooter(
    ISandboxDriver driver, SandboxListeners listeners, string runtimesFolder, Func<Uri> hostEndpoint, TimeProvider time)
{
    const int AwsPort = 4566;
    const int RuntimeApiPort = 9001;

    readonly SemaphoreSlim turns = new(Limits.BootsAtOnce);
    readonly string run = RandomNumberGenerator.GetHexString(6, lowercase: true); // runsc's sockets are named by id, across all nodes of a machine
    long lastId;

    /// <summary>Whether a sandbox can be booted before it is known for which function.</summary>
    public bool CanStandBy => driver.CanShowCodeLate;

    /// <exception cref="SandboxException">The sandbox or its runtime did not come up; nothing of it is left.</exception>
    public async ValueTask<BootedSandbox> Boot(InstalledRuntime runtime, CodeFolders? code, CancellationToken stop)
    {
        await turns.WaitAsync(stop);
        try
        {
            return await BootNow(runtime, code, stop);
        }
        finally
        {
            turns.Release();
        }
    }

    async ValueTask<BootedSandbox> BootNow(InstalledRuntime runtime, CodeFolders? code, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(Limits.Boot, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        var output = new InstanceOutput(time);
        var spec = new SandboxSpec(NewId(runtime), Command(runtime), BootEnvironment(runtime.Language), runtimesFolder, StandbyLimits)
        {
            Code = code,
            HostFolders = HostFolders(runtime),
        };

        var sandbox = await driver.Boot(spec, output, both.Token);
        try
        {
            var endpoint = ServeAws(sandbox);
            var api = new RuntimeApiEndpoint(sandbox.Listen(RuntimeApiPort), listeners);
            var socket = await sandbox.Channel(both.Token);
            var channel = new FrameChannel(socket);
            if (await channel.Receive(both.Token) is not { Type: FrameType.Ready })
                throw new SandboxException($"The {runtime.Language} runtime did not start: {Reason(output, sandbox)}");
            return new BootedSandbox(sandbox, output, socket, runtime.Language == Language.Custom ? null : channel, api, endpoint);
        }
        catch (Exception fault)
        {
            sandbox.DrainOutput();
            var reason = Reason(output, sandbox);
            await sandbox.DisposeAsync();
            if (fault is SandboxException || stop.IsCancellationRequested)
                throw;
            var tooLong = patience.IsCancellationRequested ? "it took too long. " : "";
            throw new SandboxException($"The {runtime.Language} runtime did not start: {tooLong}{reason}", fault);
        }
    }

    /// <summary>
    /// A sandbox of a function's own with nothing running in it yet, and its code: what a standby cannot give, since its runtime's end is
    /// its own, and its runtime was started before it was known for whom.
    /// </summary>
    public async ValueTask<BlankSandbox> BootBlank(InstalledRuntime runtime, CodeFolders code, CancellationToken stop)
    {
        await turns.WaitAsync(stop);
        try
        {
            var spec = new SandboxSpec(NewId(runtime), IdleCommand, PlainEnvironment, runtimesFolder, StandbyLimits)
            {
                Code = code,
                HostFolders = HostFolders(runtime),
            };
            var sandbox = await driver.Boot(spec, new InstanceOutput(time), stop);
            try
            {
                return new(sandbox, new RuntimeApiEndpoint(sandbox.Listen(RuntimeApiPort), listeners), ServeAws(sandbox));
            }
            catch
            {
                await sandbox.DisposeAsync();
                throw;
            }
        }
        finally
        {
            turns.Release();
        }
    }

    /// <summary>Starts the runtime in a sandbox of the function's own.</summary>
    /// <param name="wrapper">The program that is to start it, or null.</param>
    /// <param name="environment">For the wrapper.</param>
    /// <exception cref="SandboxException">It did not come up. The sandbox is the caller's.</exception>
    public async ValueTask<BootedSandbox> StartRuntime(
        BlankSandbox blank, InstalledRuntime runtime, string? wrapper, IReadOnlyDictionary<string, string> environment, InstanceOutput output,
        CancellationToken stop)
    {
        var wrapped = wrapper is not null && runtime.Language != Language.Custom; // a custom runtime's wrapper is started by its exec script
        LaunchSpec spec = wrapped
            ? new(
                [wrapper!, .. RuntimeCommand(runtime).Where(static part => part != PythonAlone)],
                Merge(environment, BootEnvironment(runtime.Language)), WithChannel: true)
            : new(RuntimeCommand(runtime), BootEnvironment(runtime.Language), WithChannel: true);
        var asked = wrapped ? blank.Api.Expect() : null;
        var process = await blank.Sandbox.Launch(spec with { Folder = "/var/task" }, output, stop); // as AWS starts it: wrappers name files there
        var sandbox = new OwnSandbox(blank.Sandbox, process);
        try
        {
            var ready = Ready();
            if (asked is not null && await Task.WhenAny(ready, asked) == asked)
            {
                _ = ready.ContinueWith(static ended => _ = ended.Exception, TaskScheduler.Default); // nothing comes on its channel
                return new(sandbox, output, Socket: null, Channel: null, blank.Api, blank.AwsEndpoint);
            }
            if (await ready is { } booted)
                return booted;
        }
        catch (Exception fault) when (fault is SocketException or IOException or InvalidDataException)
        {
            // As below: it has ended, or does not speak as it should.
        }
        await Task.WhenAny(process.Exited, Task.Delay(TimeSpan.FromSeconds(1), time, stop));
        process.DrainOutput();
        throw new SandboxException($"The {runtime.Language} runtime did not start: {Reason(output, sandbox)}");

        async Task<BootedSandbox?> Ready()
        {
            var socket = await process.Channel(stop);
            var channel = new FrameChannel(socket);
            return await channel.Receive(stop) is { Type: FrameType.Ready }
                ? new(sandbox, output, socket, runtime.Language == Language.Custom ? null : channel, blank.Api, blank.AwsEndpoint)
                : null;
        }
    }

    /// <summary>The function's variables over those that the runtime is started with.</summary>
    static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> environment, IReadOnlyDictionary<string, string> boot)
    {
        var merged = new Dictionary<string, string>(boot, StringComparer.Ordinal);
        foreach (var (name, value) in environment)
            merged[name] = value;
        return merged;
    }

    /// <summary>Does nothing but bury orphans, and keeps no channel open.</summary>
    static readonly string[] IdleCommand = ["/bin/sh", "-c", "exec 3>&-; while :; do sleep 2147483 & wait; done"];

    static string Reason(InstanceOutput output, ISandbox sandbox) =>
        output.Early is { Length: > 0 } early ? early
        : sandbox.Exited.IsCompletedSuccessfully ? FunctionFailure.Exited(sandbox.Exited.Result).Message
        : "it said nothing.";

    /// <summary>The endpoint inside the sandbox's own network, so that a function's SDK calls need no other.</summary>
    string ServeAws(ISandbox sandbox)
    {
        if (driver.Isolation == Isolation.Process)
            return hostEndpoint().ToString().TrimEnd('/');
        listeners.Serve(sandbox.Listen(AwsPort), SandboxOrigin.Aws);
        return $"http://127.0.0.1:{AwsPort}";
    }

    string NewId(InstalledRuntime runtime) => string.Create(
        CultureInfo.InvariantCulture, $"{runtime.Language.ToString().ToLowerInvariant()}-{run}-{Interlocked.Increment(ref lastId)}");

    /// <summary>Why these: runtimes/node/heap.js.</summary>
    static readonly string[] NodeFlags = ["--max-old-space-size=10240", "--initial-old-space-size=16", "--min-semi-space-size=4"];

    /// <summary>
    /// The runtime is not the sandbox's first process: the kernel spares that one the signals it sends itself, so a crash would not be
    /// one, and leaves it the orphans to bury. A shell is; its status is the runtime's, or 128 and the signal that ended it.
    /// </summary>
    IReadOnlyList<string> Command(InstalledRuntime runtime) => driver.Isolation == Isolation.Process ? RuntimeCommand(runtime) :
        ["/bin/sh", "-c", Init, "init", .. RuntimeCommand(runtime)];

    /// <summary>SIGTERM is passed on: it interrupts the wait, which then goes on for as long as the runtime does.</summary>
    const string Init = "\"$@\" & r=$!; trap 'kill -15 \"$r\"' TERM; exec 3>&-; wait \"$r\"; s=$?; "
        + "[ $s -le 128 ] || ! kill -0 \"$r\" 2>/dev/null || { wait \"$r\"; s=$?; }; exit $s";

    const string PythonAlone = "-I";

    /// <summary>As runtimes/CHANNEL.md has them.</summary>
    static IReadOnlyList<string> RuntimeCommand(InstalledRuntime runtime) => runtime.Language switch
    {
        Language.Node => [runtime.Path, .. NodeFlags, "/var/runtime/node/bootstrap.js"],
        Language.Python => [runtime.Path, PythonAlone, "/var/runtime/python/bootstrap.py"],
        Language.Dotnet => [runtime.Path, "/var/runtime/dotnet/aloft-runtime.dll"],
        _ => ["/bin/sh", "/var/runtime/custom/bootstrap.sh"],
    };

    /// <summary>
    /// An interpreter outside /usr brings its installation: <c>/opt/python3.12/bin/python3</c> needs <c>/opt/python3.12</c>, and
    /// <c>/opt/dotnet/dotnet</c> the folder that it is in.
    /// </summary>
    static IReadOnlyList<string> HostFolders(InstalledRuntime runtime) =>
        runtime.Path.Length == 0 || runtime.Path.StartsWith("/usr/", StringComparison.Ordinal)
            ? []
            : [Path.GetDirectoryName(Path.GetFileName(runtime.Path) == "dotnet" ? runtime.Path : Path.GetDirectoryName(runtime.Path)!)!];

    static IReadOnlyDictionary<string, string> BootEnvironment(Language language) => language == Language.Dotnet ? DotnetEnvironment : PlainEnvironment;

    static readonly IReadOnlyDictionary<string, string> PlainEnvironment = new Dictionary<string, string>
    {
        ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
        ["LANG"] = "C.UTF-8",
        ["LD_LIBRARY_PATH"] = InstanceEnvironment.LibraryPath("/var/task", "/opt"), // read at the start of a process, and never again
    };

    static readonly IReadOnlyDictionary<string, string> DotnetEnvironment =
        new Dictionary<string, string>(PlainEnvironment.Concat(DotnetSettings.Variables))
        {
            ["LANG"] = "en_US.UTF-8", // a function's own in AWS: its culture is made before there is a function
            ["DOTNET_GCHeapHardLimit"] = DotnetSettings.LargestHeap,
        };

    /// <summary>A low weight: refilling the pool yields to invocations.</summary>
    static readonly SandboxLimits StandbyLimits = new(
        Limits.StandbyMemoryBytes, CpuCores: Math.Max(1, Environment.ProcessorCount), CpuWeight: 20, Limits.Processes, TmpBytes: 512L * 1024 * 1024);
}
