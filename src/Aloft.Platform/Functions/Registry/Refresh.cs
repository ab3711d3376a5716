using System.Threading.Channels;
using Aloft.Storage;
using Microsoft.Extensions.Logging;

namespace Aloft.Platform.Functions.Registry;

/// <summary>Looks again in the background when asked to; what is asked while it looks is one more look afterwards.</summary>
internal sealed partial class Refresh : IAsyncDisposable
{
    readonly Channel<bool> asked =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly CancellationTokenSource lifetime = new();
    readonly Func<CancellationToken, ValueTask> look;
    readonly ILogger log;
    readonly Task loop;

    public Refresh(Func<CancellationToken, ValueTask> look, ILogger log)
    {
        (this.look, this.log) = (look, log);
        loop = Loop();
    }

    /// <summary>Never blocks.</summary>
    public void Ask() => asked.Writer.TryWrite(true);

    async Task Loop()
    {
        try
        {
            await foreach (var _ in asked.Reader.ReadAllAsync(lifetime.Token))
                await Look();
        }
        catch (OperationCanceledException) when (lifetime.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    async ValueTask Look()
    {
        try
        {
            await look(lifetime.Token);
        }
        catch (StorageException fault)
        {
            LogLookFailed(fault); // when the database is back, it says so by a notification, and that asks again
        }
    }

    public async ValueTask DisposeAsync()
    {
        await lifetime.CancelAsync();
        await loop;
        lifetime.Dispose();
    }

    [LoggerMessage(20, LogLevel.Warning, "The changes of other nodes could not be read.")]
    partial void LogLookFailed(Exception fault);
}
