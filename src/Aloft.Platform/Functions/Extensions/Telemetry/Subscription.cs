using System.Net.Sockets;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Extensions.Telemetry;

/// <summary>
/// Records that wait for one subscriber, and their delivery in batches. Beside the batch on its way it holds twice the bytes that the
/// subscriber asked for; what does not fit is dropped and counted. Whoever adds a record never waits.
/// </summary>
internal sealed class Subscription : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly CancellationTokenSource stopping = new();
    readonly IDelivery delivery;
    readonly TimeProvider time;
    readonly Task delivering;
    TaskCompletionSource some = New(), full = New(), emptied = New();
    TaskCompletionSource? thawed;
    readonly List<byte[]> buffer = [];
    int bytes;
    int droppedRecords;
    long droppedBytes;
    bool underWay;
    bool flushing;

    public Subscription(SubscriptionRequest request, IDelivery delivery, TimeProvider time)
    {
        (Request, this.delivery, this.time) = (request, delivery, time);
        delivering = Deliver();
    }

    public SubscriptionRequest Request { get; }

    /// <summary>A batch is on its way: the subscriber should be let run.</summary>
    public bool IsDelivering
    {
        get
        {
            lock (gate)
                return underWay;
        }
    }

    public void Add(byte[] record)
    {
        lock (gate)
        {
            if (buffer.Count == Limits.RecordsHeld || bytes + record.Length > 2 * Request.Buffering.MaxBytes)
            {
                Drop(1, record.Length);
                return;
            }
            buffer.Add(record);
            bytes += record.Length;
            SignalArrival();
        }
    }

    /// <summary>The next batch tells that so much is missing.</summary>
    public void Drop(int records, long recordBytes)
    {
        lock (gate)
        {
            droppedRecords += records;
            droppedBytes += recordBytes;
        }
    }

    /// <summary>Under the lock.</summary>
    void SignalArrival()
    {
        if (buffer.Count == 0)
            return;
        some.TrySetResult();
        if (flushing || buffer.Count >= Request.Buffering.MaxItems || bytes >= Request.Buffering.MaxBytes)
            full.TrySetResult();
    }

    /// <summary>The sandbox is frozen: nobody in it can take anything.</summary>
    public void Pause()
    {
        lock (gate)
            thawed ??= New();
    }

    public void Resume()
    {
        lock (gate)
        {
            thawed?.TrySetResult();
            thawed = null;
        }
    }

    /// <summary>Delivers what waits now, or gives up after a while.</summary>
    public async Task Flush(TimeSpan within)
    {
        Task done;
        lock (gate)
        {
            if (buffer.Count == 0 && !underWay)
                return;
            flushing = true;
            full.TrySetResult();
            emptied = New();
            done = emptied.Task;
        }
        await Task.WhenAny(done, Task.Delay(within, time, stopping.Token));
    }

    async Task Deliver()
    {
        await Task.Yield(); // off the thread of who subscribes
        try
        {
            while (true)
            {
                Task arrival, filled;
                lock (gate)
                    (arrival, filled) = (some.Task, full.Task);
                await arrival.WaitAsync(stopping.Token);
                await Task.WhenAny(filled, Task.Delay(Request.Buffering.Timeout, time, stopping.Token));
                await Deliver(await Take());
                lock (gate)
                {
                    underWay = false;
                    if (buffer.Count > 0)
                        continue;
                    flushing = false;
                    emptied.TrySetResult();
                }
            }
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The instance has ended.
        }
    }

    async Task<List<byte[]>> Take()
    {
        await Thawed();
        lock (gate)
        {
            var (count, size) = (0, 0);
            while (count < Math.Min(buffer.Count, Request.Buffering.MaxItems) && (count == 0 || size + buffer[count].Length <= Request.Buffering.MaxBytes))
                size += buffer[count++].Length;
            var batch = buffer[..count];
            buffer.RemoveRange(0, count);
            bytes -= size;
            if (droppedRecords > 0)
                batch.Insert(0, PlatformEvents.Dropped(time.GetUtcNow(), droppedRecords, droppedBytes));
            (droppedRecords, droppedBytes, underWay) = (0, 0, true);
            (some, full) = (New(), New());
            SignalArrival();
            return batch;
        }
    }

    async Task Deliver(List<byte[]> batch)
    {
        var pause = Limits.DeliveryBackoff;
        for (var attempt = 1; ; attempt++, pause *= 2)
        {
            try
            {
                using var patience = new CancellationTokenSource(Limits.Delivery, time);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping.Token);
                await delivery.Send(batch, both.Token);
                return;
            }
            catch (Exception refused) when (!stopping.IsCancellationRequested
                && refused is HttpRequestException or SocketException or IOException or OperationCanceledException or SandboxException)
            {
                if (attempt == Limits.DeliveryAttempts)
                    break;
            }
            await Task.Delay(pause, time, stopping.Token);
            await Thawed();
        }
        Drop(batch.Count, batch.Sum(static record => (long)record.Length));
    }

    Task Thawed()
    {
        lock (gate)
            return thawed?.Task.WaitAsync(stopping.Token) ?? Task.CompletedTask;
    }

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await delivering;
        delivery.Dispose();
        stopping.Dispose();
    }
}
