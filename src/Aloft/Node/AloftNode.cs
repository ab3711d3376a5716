using System.Net;
using Aloft.Platform.ApiGateway;
using Aloft.Platform.CloudWatch;
using Aloft.Platform.EventSources;
using Aloft.Platform.Front;
using Aloft.Platform.Front.Listening;
using Aloft.Platform.Functions;
using Aloft.Platform.Functions.Code;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;
using Aloft.Platform.Iam;
using Aloft.Platform.Kernel.Deliveries;
using Aloft.Platform.Lambda;
using Aloft.Sandbox;
using Aloft.Storage;
using Aloft.Wire.SigV4;
using Microsoft.Extensions.Logging;

namespace Aloft.Node;

/// <summary>
/// One running node: every part of Aloft, made and joined in one place. Parts are stopped in the reverse order of their start, so that
/// what is under way still finds what it needs.
/// </summary>
internal sealed partial class AloftNode
{
    /// <summary>Retention and unused code are looked after this often.</summary>
    static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(10);

    /// <summary>Unpacked code that no function refers to is kept this long: a deployment may be under way.</summary>
    static readonly TimeSpan SweepAge = TimeSpan.FromHours(1);

    readonly Stack<Func<CancellationToken, ValueTask>> stops = new();
    readonly CancellationTokenSource stopping = new();
    readonly TimeProvider time = TimeProvider.System;
    readonly NodeSettings settings;
    readonly ILoggerFactory loggers;
    readonly ILogger log;

    AloftNode(NodeSettings settings, ILoggerFactory loggers)
    {
        (this.settings, this.loggers) = (settings, loggers);
        log = loggers.CreateLogger<AloftNode>();
    }

    /// <summary>Starts a node; on failure nothing of it is left.</summary>
    /// <exception cref="StorageException">The data folder or the database cannot be used.</exception>
    /// <exception cref="SandboxException">The isolation asked for is not to be had here.</exception>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    public static async Task<RunningNode> Start(NodeSettings settings, ILoggerFactory loggers, CancellationToken stop)
    {
        var node = new AloftNode(settings, loggers);
        try
        {
            return new RunningNode(await node.Compose(stop), node.Stop);
        }
        catch
        {
            await node.Stop(new CancellationToken(canceled: true));
            throw;
        }
    }

    async Task<NodeFacts> Compose(CancellationToken stop)
    {
        var data = DataFolder.Open(settings.DataFolder);
        OnStop(data.Dispose);

        // The three that take time, at once.
        var finding = RuntimeDiscovery.Find(time, stop);
        var isolatedBefore = Path.Combine(data.Path, "isolated");
        var choosing = SandboxDrivers.Choose(
            settings.Isolation.ToString().ToLowerInvariant(), data.Folder("run"), wasIsolated: File.Exists(isolatedBefore),
            time, message => LogSandbox(log, message), stop);
        var opening = OpenStorage(data, stop);
        await Task.WhenAll(finding, choosing, opening);
        var choice = choosing.Result;
        var driver = choice.Driver;
        if (choice.Warning is { } warning)
            LogSandbox(log, warning);
        OnStop(driver.DisposeAsync);
        if (driver.Isolation != Isolation.Process && !File.Exists(isolatedBefore))
            await File.WriteAllBytesAsync(isolatedBefore, [], stop);
        var (db, blobs) = opening.Result;

        var catalog = new RuntimeCatalog(finding.Result, settings.StrictRuntimes);
        var logs = await CloudWatchLogs.Create(db, time, loggers, stop);
        OnStop(logs.DisposeAsync);
        var code = CodeStore.Open(data.Folder("code"), blobs, time);
        var registry = new FunctionRegistry(db, code, time, loggers.CreateLogger<FunctionRegistry>());
        OnStop(registry.DisposeAsync);
        await registry.Start(stop);

        var history = await InvocationHistory.Create(db, settings.History, time, loggers.CreateLogger<InvocationHistory>(), stop);
        OnStop(history.DisposeAsync);
        history.Deployed = registry.Digests;

        var sessions = new SessionCredentials(await registry.SharedKey("session-credentials", stop), time);
        var root = RootCredentials.Of(data, settings);
        var server = new HttpServer(await Address(stop), loggers, time);
        OnStop(server.DisposeAsync);
        var serving = Task.CompletedTask;
        OnStop(() => new ValueTask(serving)); // behind the engine: its functions poll this server, too
        Uri? endpoint = null;
        var lambdaSettings = new LambdaSettings();
        var engine = new FunctionEngine(new(
            driver, catalog, registry, code, sessions, logs.Sink, server.Sandboxes, RuntimesFolder(), () => endpoint!,
            lambdaSettings.ConcurrencyLimit, time, loggers)
        {
            History = history,
        });
        stops.Push(engine.Stop);

        var outbox = new Outbox(db, NodeId(data), time);
        await outbox.Migrate(stop);
        var locations = new CodeLocation(registry, code, time);
        var authenticator = new Authenticator(settings.Auth ? AuthMode.On : AuthMode.Off, root, sessions, time);
        var front = new FrontDoor(
            [
                Platform.Lambda.Operations.Define(registry, code, catalog, locations, lambdaSettings,
                    new Invoke(registry, engine.Invoker, outbox, time).Handle,
                    new InvokeWithResponseStream(registry, engine.Invoker, time).Handle, new InvokeAsync(registry, outbox).Handle),
                logs.Service,
                Platform.Iam.Sts.Operations.Sts(sessions),
                AloftOperations.Define(history, engine.Development, registry, code, engine.Invoker, time),
            ],
            [new FunctionUrls(registry, engine.Invoker, authenticator, time).Site, locations.Site, RuntimesSite.Of(catalog, settings.StrictRuntimes)],
            authenticator,
            loggers);

        logs.Start();
        history.Start();
        endpoint = await server.Start(front.Handle, stop);
        engine.Start();
        var dispatcher = new DeliveryDispatcher(
            outbox, registry, engine.Invoker, logs.Sink, time, loggers.CreateLogger<DeliveryDispatcher>());
        await dispatcher.Start(stop);
        OnStop(dispatcher.DisposeAsync);
        stops.Push(atOnce =>
        {
            serving = server.Stop(atOnce); // no further request
            return ValueTask.CompletedTask;
        });

        OnStop(new IdleTrim(time).DisposeAsync);
        var sweeping = Sweep(logs, registry, engine, history, code, blobs);
        OnStop(async () =>
        {
            await stopping.CancelAsync();
            await sweeping;
        });
        return new NodeFacts(endpoint, driver.Isolation, $"{driver.Description} ({choice.Reason})", catalog.Installed, data.Path, Database(db)) { Root = root };
    }

    string Database(Db db) => db.Kind == DbKind.Sqlite ? "SQLite" : $"PostgreSQL at {settings.Postgres!.Authority}{settings.Postgres.AbsolutePath}";

    async Task<(Db Db, BlobStore Blobs)> OpenStorage(DataFolder data, CancellationToken stop)
    {
        var db = await Databases.Open(settings.Postgres?.OriginalString ?? "sqlite", data, time, stop);
        OnStop(db.DisposeAsync);
        return (db, await Databases.OpenBlobs(db, data, time, stop));
    }

    async ValueTask<IPEndPoint> Address(CancellationToken stop)
    {
        var addresses = IPAddress.TryParse(settings.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(settings.Host, stop);
        return new IPEndPoint(addresses.OrderBy(address => address.AddressFamily).First(), settings.Port);
    }

    /// <summary>Beside the program where it was published, else in the source tree above it.</summary>
    static string RuntimesFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "runtimes", "CHANNEL.md")))
                return Path.Combine(folder.FullName, "runtimes");
        throw new IOException($"The folder 'runtimes' is neither in {AppContext.BaseDirectory} nor above it: the installation is incomplete.");
    }

    /// <summary>Lasts as long as the data folder: what this node held when it was killed is its own at the next start.</summary>
    static string NodeId(DataFolder data)
    {
        var file = Path.Combine(data.Path, "node-id");
        if (!File.Exists(file))
            File.WriteAllText(file, Guid.NewGuid().ToString("N"));
        return File.ReadAllText(file).Trim();
    }

    async Task Sweep(
        CloudWatchLogs logs, FunctionRegistry registry, FunctionEngine engine, InvocationHistory history, CodeStore code, BlobStore blobs)
    {
        using var timer = new PeriodicTimer(SweepEvery, time);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(stopping.Token))
                    return;
                await logs.Expire(time.GetUtcNow(), stopping.Token);
                var live = (await registry.Digests(stopping.Token)).Concat(engine.CodeInUse).ToHashSet();
                code.Sweep(live, SweepAge); // what only the history knows is unpacked again when it is replayed
                live.UnionWith(await history.Digests(stopping.Token));
                await blobs.Sweep(live, SweepAge, stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception fault)
            {
                LogSweepFault(log, fault);
            }
        }
    }

    void OnStop(Func<ValueTask> stop) => stops.Push(_ => stop());

    void OnStop(Action stop) => stops.Push(_ =>
    {
        stop();
        return ValueTask.CompletedTask;
    });

    async Task Stop(CancellationToken atOnce)
    {
        while (stops.TryPop(out var stop))
        {
            try
            {
                await stop(atOnce);
            }
            catch (Exception fault)
            {
                LogStopFault(log, fault); // the rest must still be stopped
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Message}")]
    static partial void LogSandbox(ILogger log, string message);

    [LoggerMessage(Level = LogLevel.Error, Message = "Removing what has expired failed; it will be tried again")]
    static partial void LogSweepFault(ILogger log, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "A part of the node did not stop cleanly")]
    static partial void LogStopFault(ILogger log, Exception fault);
}
