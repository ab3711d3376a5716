using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Aloft.Platform.Front.Listening;
using Aloft.Platform.Functions;
using Aloft.Platform.Functions.Code;
using Aloft.Platform.Functions.Development;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;
using Aloft.Platform.Iam;
using Aloft.Platform.Kernel;
using Aloft.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aloft.Tests.Functions.Invoke;

/// <summary>The whole engine on a real SQLite registry, with scripted sandboxes.</summary>
internal sealed class Engine : IAsyncDisposable
{
    readonly DataFolder data;
    readonly HttpServer server;
    readonly FunctionEngine engine;
    readonly TimeProvider time;

    Engine(
        FakeDriver driver, DataFolder data, Db db, CodeStore code, FunctionRegistry registry, InvocationHistory history, TimeProvider time,
        int accountConcurrency, long? memoryMegabytes, bool processorsAreTaken)
    {
        (Driver, this.data, Db, Code, Registry, History, this.time) = (driver, data, db, code, registry, history, time);
        server = new HttpServer(new IPEndPoint(IPAddress.Loopback, 0), NullLoggerFactory.Instance, time);
        engine = new FunctionEngine(new(
            driver, new RuntimeCatalog([new(Language.Node, new Version(20, 19), "/usr/bin/node")], strict: false), registry, code,
            new SessionCredentials(new byte[32], time), Logs, server.Sandboxes, "/nowhere", () => new Uri("http://127.0.0.1:1"), accountConcurrency, time,
            NullLoggerFactory.Instance)
        {
            History = history,
            MemoryMegabytes = memoryMegabytes,
            Processors = new(() => processorsAreTaken ? 100 : 0, count: 1, time),
        });
        engine.Start();
    }

    public FakeDriver Driver { get; }

    public Db Db { get; }

    public CodeStore Code { get; }

    public FunctionRegistry Registry { get; }

    public InvocationHistory History { get; }

    public RecordedLogs Logs { get; } = new();

    public Invoker Invoker => engine.Invoker;

    public DevLoop Development => engine.Development;

    /// <summary>Sandboxes that have been given a function.</summary>
    public IEnumerable<FakeSandbox> Instances => Driver.Booted.Where(sandbox => sandbox.Code is not null);

    public static async Task<Engine> Start(
        Handler handler, Action<FakeDriver>? configure = null, TimeProvider? clock = null, int accountConcurrency = 1000,
        HistorySettings? remembers = null, long? memoryMegabytes = null, bool processorsAreTaken = false)
    {
        var time = clock ?? TimeProvider.System;
        var driver = new FakeDriver(handler);
        configure?.Invoke(driver);
        var data = DataFolder.Open(Directory.CreateTempSubdirectory("aloft-engine-data-").FullName);
        var db = await Databases.Open("sqlite", data, time, CancellationToken.None);
        var code = CodeStore.Open(data.Folder("code"), await Databases.OpenBlobs(db, data, time, CancellationToken.None), time);
        var registry = new FunctionRegistry(db, code, time, NullLogger<FunctionRegistry>.Instance);
        await registry.Start(CancellationToken.None);
        var history = await InvocationHistory.Create(
            db, remembers ?? HistorySettings.Default, time, NullLogger<InvocationHistory>.Instance, CancellationToken.None);
        var engine = new Engine(driver, data, db, code, registry, history, time, accountConcurrency, memoryMegabytes, processorsAreTaken);
        await engine.server.Start(static http => Task.CompletedTask, CancellationToken.None);
        return engine;
    }

    public async Task<FunctionKey> Create(string name, Func<FunctionVersion, FunctionVersion>? change = null)
    {
        var package = await Code.Add(Zip("index.js", "exports.handler = async () => 1"), CancellationToken.None);
        var key = new FunctionKey("000000000000", "us-east-1", name);
        var wanted = new FunctionVersion
        {
            Key = key,
            Version = FunctionVersion.Latest,
            RevisionId = Guid.NewGuid().ToString(),
            Runtime = "nodejs20.x",
            Handler = "index.handler",
            Role = "arn:aws:iam::000000000000:role/r",
            CodeDigest = package.Digest,
            CodeSize = package.ZipBytes,
            LogGroup = $"/aws/lambda/{name}",
            LastModified = DateTimeOffset.UnixEpoch,
        };
        await Registry.Create(change?.Invoke(wanted) ?? wanted, new Dictionary<string, string>(), CancellationToken.None);
        return key;
    }

    public async Task<InvokeOutcome> Invoke(FunctionKey key, string payload = "{}", bool tail = false) =>
        await Invoker.Invoke(new(key, null, Guid.NewGuid(), Encoding.UTF8.GetBytes(payload)) { WantsTail = tail }, CancellationToken.None);

    public async Task<string> Answer(FunctionKey key, string payload = "{}") =>
        Assert.IsType<InvokeOutcome.Answered>(await Invoke(key, payload)) is { FunctionError: null } answered
            ? Encoding.UTF8.GetString(answered.Payload.Span)
            : throw new Xunit.Sdk.XunitException("The function failed.");

    public static byte[] Zip(string name, string text)
    {
        using var bytes = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(bytes, System.IO.Compression.ZipArchiveMode.Create))
        using (var entry = zip.CreateEntry(name).Open())
            entry.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        var stopping = engine.DisposeAsync().AsTask();
        await Eventually.True(
            () =>
            {
                (time as FakeTime)?.Advance(TimeSpan.FromMilliseconds(20)); // it may wait for what is under way
                return stopping.IsCompleted;
            },
            "the engine stops");
        await stopping;
        await History.DisposeAsync();
        await server.DisposeAsync();
        await Registry.DisposeAsync();
        await Db.DisposeAsync();
        data.Dispose();
        Directory.Delete(data.Path, recursive: true);
    }
}

/// <summary>Keeps what the engine logs, rendered as text.</summary>
internal sealed class RecordedLogs : ILogSink
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ConcurrentQueue<PlatformRecord> Records { get; } = new();

    public ILogStream Open(string account, string region, string group, string stream) => new Stream(this);

    public ValueTask Flush(CancellationToken stop) => ValueTask.CompletedTask;

    sealed class Stream(RecordedLogs logs) : ILogStream
    {
        public void Append(DateTimeOffset timestamp, ReadOnlySpan<byte> message) => logs.Lines.Enqueue(Encoding.UTF8.GetString(message));

        public void AppendPlatform(in PlatformRecord record)
        {
            logs.Records.Enqueue(record);
            logs.Lines.Enqueue(record.Kind.ToString());
        }
    }
}
