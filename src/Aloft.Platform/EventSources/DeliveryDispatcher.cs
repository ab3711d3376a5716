using System.Collections.Concurrent;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Platform.Kernel.Deliveries;
using Aloft.Wire;
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
    readonly Invoker invoker;
    readonly ILogSink logs;
    readonly TimeProvider time;
    readonly ILogger log;
    readonly CancellationTokenSource stopping = new();
    readonly ConcurrentQueue<Delivery> finished = new();
    readonly Dictionary<string, Lane> lanes = [];
    Task[] loops = [];

    public DeliveryDispatcher(Outbox outbox, Invoker invoker, ILogSink logs, TimeProvider time, ILogger<DeliveryDispatcher> log) =>
        (this.outbox, this.invoker, this.logs, this.time, this.log) = (outbox, invoker, logs, time, log);

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
        var now = time.GetUtcNow();
        if (now - delivery.CreatedAt > Limits.MaxAge)
        {
            GivenUp(log, delivery.RequestId, delivery.Target, "it became too old");
            finished.Enqueue(delivery);
            return;
        }

        var outcome = await Invoke(delivery);
        switch (outcome)
        {
            case InvokeOutcome.Answered { FunctionError: null }:
            case InvokeOutcome.NotFound: // deleted since: AWS drops it too
                finished.Enqueue(delivery);
                break;
            case InvokeOutcome.Answered when delivery.Attempts < Limits.Retries.Count:
                await PutOff(delivery, delivery.Attempts + 1, Limits.Retries[delivery.Attempts]);
                break;
            case InvokeOutcome.Answered:
                GivenUp(log, delivery.RequestId, delivery.Target, "every attempt failed");
                finished.Enqueue(delivery);
                break;
            default:
                // Throttled, or this node's own trouble: not an attempt; again soon, then ever more seldom.
                await PutOff(delivery, delivery.Attempts, Limits.Backoff(now - delivery.CreatedAt));
                break;
        }
    }

    ValueTask<InvokeOutcome> Invoke(Delivery delivery)
    {
        // arn:aws:lambda:region:account:function:name[:qualifier]
        var resource = Arn.TryParse(delivery.Target, out var arn) && arn.Service == "lambda" ? arn.Resource.Split(':') : [];
        if (resource is not ["function", var name, .. var rest])
            throw new InvalidOperationException($"No way to deliver to {delivery.Target}.");

        return invoker.Invoke(
            new(new FunctionKey(delivery.Account, delivery.Region, name), rest is [var qualifier] ? qualifier : null, delivery.RequestId, delivery.Payload)
            {
                ClientContext = delivery.Attributes.GetValueOrDefault("ClientContext", ""),
                TraceId = delivery.Attributes.GetValueOrDefault("TraceId", ""),
            },
            stopping.Token);
    }

    async ValueTask PutOff(Delivery delivery, int attempts, TimeSpan pause)
    {
        await outbox.Store.Reschedule(delivery.Id, attempts, time.GetUtcNow() + pause, CancellationToken.None);
        outbox.Done(delivery);
    }

    /// <summary>From the table: retries that are due, what memory had no room for, what a dead node left.</summary>
    async Task Claim()
    {
        if (outbox.Room is > 0 and var room)
        {
            var now = time.GetUtcNow();
            foreach (var delivery in await outbox.Store.Claim(now, now + Outbox.Lease, Math.Min(room, Limits.ClaimAtMost), stopping.Token))
                outbox.Admit(delivery);
        }
    }

    async Task Remove()
    {
        while (!finished.IsEmpty)
        {
            var batch = new List<Delivery>();
            while (batch.Count < Limits.RemoveAtMost && finished.TryDequeue(out var delivery))
                batch.Add(delivery);
            try
            {
                await logs.Flush(CancellationToken.None);
                await outbox.Store.Delete([.. batch.Select(delivery => delivery.Id)], CancellationToken.None);
            }
            catch
            {
                batch.ForEach(finished.Enqueue);
                throw;
            }
            batch.ForEach(outbox.Done);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Event {RequestId} for {Target} was given up: {Why}")]
    static partial void GivenUp(ILogger log, Guid requestId, string target, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "An attempt to deliver {RequestId} failed inside Aloft; it will be tried again")]
    static partial void AttemptFault(ILogger log, Guid requestId, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "A round of the delivery dispatcher failed; it goes on")]
    static partial void LoopFault(ILogger log, Exception fault);
}
