using Aloft.Platform.CloudWatch.Ingest;
using Aloft.Platform.Kernel;
using Aloft.Storage;
using Microsoft.Extensions.Logging;

namespace Aloft.Platform.CloudWatch;

/// <summary>CloudWatch Logs: the API, the sink that functions log to, and the expiry of both.</summary>
public sealed class CloudWatchLogs : IAsyncDisposable
{
    readonly LogSink sink;
    readonly Expiry expiry;

    CloudWatchLogs(Db db, TimeProvider clock, ILoggerFactory loggers)
    {
        var ids = new RowIds(clock);
        var store = new LogStore(db, ids);
        var chunks = new ChunkStore(db, ids);
        sink = new(chunks, ids, clock, loggers.CreateLogger<LogSink>());
        expiry = new(chunks);
        Service = Operations.Service(store, chunks, sink, ids, clock);
    }

    /// <summary>Brings the tables up to date.</summary>
    public static async ValueTask<CloudWatchLogs> Create(Db db, TimeProvider clock, ILoggerFactory loggers, CancellationToken stop)
    {
        var migrations = Migration.FromResources(typeof(CloudWatchLogs).Assembly, "Aloft.Platform.CloudWatch.migrations");
        await db.Migrate("CloudWatch", migrations, stop);
        return new(db, clock, loggers);
    }

    public ServiceDefinition Service { get; }

    /// <summary>The service's names and table for documents: its handlers have nothing to work on.</summary>
    public static ServiceDefinition Described => Operations.Service(null!, null!, null!, null!, null!);

    public ILogSink Sink => sink;

    /// <summary>Starts storing in the background what is written to <see cref="Sink"/>.</summary>
    public void Start() => sink.Start();

    /// <summary>
    /// Deletes what has outlived its retention, what deleted groups left behind, and the oldest beyond the bound on all. To be called
    /// some times an hour. Returns the bytes freed.
    /// </summary>
    public ValueTask<long> Expire(DateTimeOffset now, CancellationToken stop) => expiry.Run(now, stop);

    /// <summary>Stores what is left of the sink. Before the <see cref="Db"/> goes.</summary>
    public ValueTask DisposeAsync() => sink.DisposeAsync();
}
