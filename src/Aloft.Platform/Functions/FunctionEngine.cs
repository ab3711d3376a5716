using Aloft.Platform.Front.Listening;
using Aloft.Platform.Functions.Code;
using Aloft.Platform.Functions.Concurrency;
using Aloft.Platform.Functions.Development;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;
using Aloft.Platform.Iam;
using Aloft.Platform.Kernel;
using Aloft.Sandbox;
using Microsoft.Extensions.Logging;

namespace Aloft.Platform.Functions;

/// <summary>What the engine is made of and for.</summary>
/// <param name="RuntimesFolder">The host folder with Aloft's runtimes.</param>
/// <param name="HostEndpoint">Aloft's AWS endpoint on the host.</param>
/// <param name="AccountConcurrency">Invocations at once of one account and region (AWS: 1,000).</param>
public sealed record EngineParts(
    ISandboxDriver Driver, RuntimeCatalog Catalog, FunctionRegistry Registry, CodeStore Code, SessionCredentials Credentials, ILogSink Logs,
    SandboxListeners Listeners, string RuntimesFolder, Func<Uri> HostEndpoint, int AccountConcurrency, TimeProvider Time, ILoggerFactory Loggers)
{
    /// <summary>What instances may have together; null for what this machine has.</summary>
    public long? MemoryMegabytes { get; init; }

    /// <summary>Remembers every invocation; null to remember none.</summary>
    public InvocationHistory? History { get; init; }

    /// <summary>What instances compute on; null for what this machine has.</summary>
    internal Processors? Processors { get; init; }
}

/// <summary>
/// The function engine of one node: admission, fleets of instances, standby pools, and the job that freezes, reaps, shrinks and
/// provisions them.
/// </summary>
public sealed partial class FunctionEngine : IAsyncDisposable
{
    static readonly TimeSpan TidyEvery = TimeSpan.FromMilliseconds(100);

    readonly CancellationTokenSource stopping = new();
    readonly EngineParts parts;
    readonly StandbyPools pools;
    readonly Provisioner provisioner;
    readonly ILogger log;
    Task tidying = Task.CompletedTask;

    public FunctionEngine(EngineParts parts)
    {
        this.parts = parts;
        log = parts.Loggers.CreateLogger<FunctionEngine>();
        var booter = new SandboxBooter(parts.Driver, parts.Listeners, parts.RuntimesFolder, parts.HostEndpoint, parts.Time);
        pools = new StandbyPools(booter, parts.Time, log, stopping.Token);
        var budget = parts.MemoryMegabytes is { } megabytes ? new MemoryBudget(megabytes) : MemoryBudget.OfThisMachine();
        var starter = new InstanceStarter(
            booter, pools, parts.Catalog, parts.Code, parts.Credentials, budget, parts.Logs, parts.Time, log, stopping.Token)
        {
            Recorder = parts.History?.Recorder,
            Processors = parts.Processors ?? Processors.OfThisMachine(parts.Time),
        };
        var sessions = new DevSessions(parts.Time);
        Invoker = new Invoker(parts.Registry, new Admission(parts.Registry, parts.AccountConcurrency), starter, sessions, parts.Time);
        Development = new DevLoop(sessions, Invoker, parts);
        provisioner = new Provisioner(parts.Registry, Invoker);
    }

    public Invoker Invoker { get; }

    /// <summary>Code that changes while it runs.</summary>
    public DevLoop Development { get; }

    /// <summary>Digests of the packages that instances run: a sweep of unpacked code spares them.</summary>
    public IEnumerable<string> CodeInUse => Invoker.CodeInUse;

    /// <summary>Begins to fill the standby pools of the newest runtime of each language, and to tidy.</summary>
    public void Start()
    {
        if (parts.Driver.CanShowCodeLate)
            foreach (var runtime in parts.Catalog.Defaults)
                pools.For(runtime).Start();
        tidying = TidyUntilStopped();
    }

    async Task TidyUntilStopped()
    {
        using var timer = new PeriodicTimer(TidyEvery, parts.Time);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(stopping.Token))
                    return;
                Development.Tidy();
                await Invoker.Tidy(stopping.Token);
                await provisioner.Look(stopping.Token);
                await pools.Tidy();
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception fault)
            {
                TidyFault(log, fault);
            }
        }
    }

    public ValueTask DisposeAsync() => Stop(CancellationToken.None);

    /// <summary>Waits for running invocations, a while and until <paramref name="atOnce"/>, then leaves no sandbox behind.</summary>
    public async ValueTask Stop(CancellationToken atOnce)
    {
        await Invoker.Drain(Limits.Drain, atOnce);
        await stopping.CancelAsync();
        await tidying;
        await pools.Drain();
        Development.EndAll();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Tidying instances failed")]
    static partial void TidyFault(ILogger log, Exception fault);
}
