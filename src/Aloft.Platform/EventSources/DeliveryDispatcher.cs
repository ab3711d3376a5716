using System.Collections.Concurrent;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Platform.Kernel.Deliveries;
using Microsoft.Extensions.Logging;

namespace Aloft.Platform.EventSources;

/// <summary>
/// Brings deliveries to functions, at least once. Each target has a lane of its own, so that a slow function delays no other. A
/// delivery is removed only after its effect, the invocation's log included, is durable: a kill in between repeats it.
/// </summary>
/// <remarks>Retries: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html</remarks>
public sealed partial class DeliveryDispatcher : IAsyncDisposable
{
    readonly Outbox outbox;
    readonly AsynchronousInvocation invocation;
    readonly ILogSink logs;
    readonly TimeProvider time;
    readonly ILogger log;
    readonly CancellationTokenSource stopping = new();
    readonly ConcurrentQueue<EndedDelivery> ended = new();
    readonly Dictionary<string, Lane> lanes = [];
    Task[] loops = [];

    public DeliveryDispatcher(
        Outbox outbox, FunctionRegistry registry, Invoker invoker, ILogSink logs, TimeProvider time, ILogger<DeliveryDispatcher> log)
    {
        (this.outbox, this.logs, this.time, this.log) = (outbox, logs, time, log);
        invocation = new(registry, invoker, outbox, time, log);
    }

    /// <summary>Takes back what a killed predecessor held, then dispatches until disposed.</summary>
    public async ValueTask Start(CancellationToken stop)
    {
        await outbox.Store.ReleaseOwn(stop);
        loops = [Dispatch(), Every(Limits.LookEvery, Claim), Every(Limits.RemoveEvery, Remove), Every(Outbox.Lease / 3, Renew)];
    }

    async Task Dispatch()
    {
        try
        {
            await foreach (var delivery in outbox.Arrived.ReadAllAsync(stopping.Token))
                Enqueue(delivery);
        }
        catch (OperationCanceledException)
        {
        }
    }

    void Enqueue(Delivery delivery)
    {
        lock (lanes)
        {
            if (!lanes.TryGetValue(delivery.Target, out var lane))
                lanes[delivery.Target] = lane = new Lane();
            lane.Waiting.Enqueue(delivery);
            if (lane.Running >= Limits.AtOncePerTarget)
                return;
            lane.Running++;
        }
        _ = RunLane(delivery.Target);
    }

    /// <summary>One of a lane's runners: takes its deliveries in order until none is left.</summary>
    async Task RunLane(string target)
    {
        while (true)
        {
            Delivery delivery;
            lock (lanes)
            {
                var lane = lanes[target];
                if (stopping.IsCancellationRequested || !lane.Waiting.TryDequeue(out delivery!))
                {
                    if (--lane.Running == 0 && lane.Waiting.Count == 0)
                        lanes.Remove(target);
                    return;
                }
            }
            try
            {
                await Attempt(delivery);
            }
            catch (Exception fault)
            {
                // Its row stays, and its lease runs out: the table brings it back.
                AttemptFault(log, delivery.RequestId, fault);
                outbox.Done(delivery);
            }
        }
    }

    async ValueTask Attempt(Delivery delivery)
    {
        switch (await invocation.Attempt(delivery, stopping.Token))
        {
            case AttemptOutcome.Ended(var record):
                ended.Enqueue(new(delivery, record));
                break;
            case AttemptOutcome.PutOff(var attempts, var until):
                await outbox.Store.Reschedule(delivery.Id, attempts, until, CancellationToken.None);
                outbox.Done(delivery);
                break;
        }
    }

    /// <summary>From the table: retries that are due, what memory had no room for, what a dead node left.</summary>
    async Task Claim()
    {
        var claimed = Limits.ClaimAtMost;
        while (claimed == Limits.ClaimAtMost && outbox.Room is > 0 and var room)
        {
            var now = time.GetUtcNow();
            var deliveries = await outbox.Store.Claim(now, now + Outbox.Lease, Math.Min(room, Limits.ClaimAtMost), stopping.Token);
            deliveries.ForEach(outbox.Admit);
            claimed = deliveries.Count;
        }
    }

    /// <summary>In one transaction with the records for destinations that follow: neither is without the other.</summary>
    async Task Remove()
    {
        while (!ended.IsEmpty)
        {
            var batch = new List<EndedDelivery>();
            while (batch.Count < Limits.RemoveAtMost && ended.TryDequeue(out var end))
                batch.Add(end);
            try
            {
                await logs.Flush(CancellationToken.None);
                await outbox.Complete(batch, CancellationToken.None);
            }
            catch
            {
                batch.ForEach(ended.Enqueue);
                throw;
            }
        }
    }

    Task Renew() => outbox.Store.RenewOwn(time.GetUtcNow() + Outbox.Lease, stopping.Token).AsTask();

    async Task Every(TimeSpan period, Func<Task> work)
    {
        using var timer = new PeriodicTimer(period, time);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await work();
                if (!await timer.WaitForNextTickAsync(stopping.Token))
                    return;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                LoopFault(log, fault);
                await Task.Delay(Limits.LookEvery, time, CancellationToken.None);
            }
        }
    }

    /// <summary>Starts no more attempts. To be called before the engine stops, so that running ones can end.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(loops);
        await Remove();
    }

    sealed class Lane
    {
        public Queue<Delivery> Waiting { get; } = new();

        public int Running { get; set; }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "An attempt to deliver {RequestId} failed inside Aloft; it will be tried again")]
    static partial void AttemptFault(ILogger log, Guid requestId, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "A round of the delivery dispatcher failed; it goes on")]
    static partial void LoopFault(ILogger log, Exception fault);
}
