using Aloft.Platform.Functions.Asynchronous;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Invoke;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Platform.Kernel.Deliveries;
using Aloft.Wire;
using Microsoft.Extensions.Logging;

namespace Aloft.Platform.EventSources;

/// <summary>What becomes of a delivery after an attempt.</summary>
internal abstract record AttemptOutcome
{
    AttemptOutcome() { }

    /// <param name="Record">For the destination that the user has named; null when there is none.</param>
    public sealed record Ended(Delivery? Record) : AttemptOutcome;

    /// <param name="Attempts">Those that count, this one included if it does.</param>
    public sealed record PutOff(int Attempts, DateTimeOffset Until) : AttemptOutcome;
}

/// <summary>
/// An asynchronous invocation of a function: 1. looks up its settings, 2. gives up an event that is too old or goes in a circle, 3. runs
/// it, 4. decides what follows: a retry, a record for a destination, or nothing.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html</remarks>
internal sealed partial class AsynchronousInvocation(FunctionRegistry registry, Invoker invoker, Outbox outbox, TimeProvider time, ILogger log)
{
    public async ValueTask<AttemptOutcome> Attempt(Delivery delivery, CancellationToken stop)
    {
        var (function, qualifier) = Target(delivery);
        var settings = await registry.Asynchronous.Of(function, qualifier, stop); // 1
        var lineage = Lineage.Enter(Trace(delivery), function);
        var run = new Run(delivery, function, qualifier, settings, lineage);

        if (time.GetUtcNow() - delivery.CreatedAt >= settings.MaxAge) // 2
            return GiveUp(run, EndCondition.EventAgeExceeded, delivery.Attempts, null, "it became too old");
        if (lineage.IsLoop && settings.Loop == RecursiveLoop.Terminate)
            return GiveUp(run, EndCondition.RetriesExhausted, delivery.Attempts, null, "it goes in a circle");

        var outcome = await invoker.Invoke( // 3
            new(function, qualifier, delivery.RequestId, delivery.Payload)
            {
                ClientContext = delivery.Attributes.GetValueOrDefault("ClientContext", ""),
                TraceId = lineage.Header,
                Source = InvocationSource.Event,
            },
            stop);
        return After(run, outcome); // 4
    }

    AttemptOutcome After(Run run, InvokeOutcome outcome)
    {
        var attempts = run.Delivery.Attempts;
        switch (outcome)
        {
            case InvokeOutcome.Answered { FunctionError: null } answer:
                return new AttemptOutcome.Ended(Record(run, run.Settings.Config?.OnSuccess, EndCondition.Success, attempts + 1, answer));
            case InvokeOutcome.NotFound: // deleted since: AWS drops it too
                return new AttemptOutcome.Ended(null);
            case InvokeOutcome.Answered when attempts < run.Settings.MaxRetries:
                return PutOff(run, attempts + 1, Limits.Retries[attempts]);
            case InvokeOutcome.Answered answer:
                return GiveUp(run, EndCondition.RetriesExhausted, attempts + 1, answer, "every attempt failed");
            case InvokeOutcome.Throttled when run.Settings.Config?.OnFailure is not null && registry.ReservedConcurrency(run.Function) == 0:
                // Switched off. AWS then sends events to the failure destination at once.
                return GiveUp(run, EndCondition.RetriesExhausted, attempts, null, "its reserved concurrency is 0");
            default:
                // Throttled, or this node's own trouble: not an attempt; again soon, then ever more seldom.
                return PutOff(run, attempts, Limits.Backoff(time.GetUtcNow() - run.Delivery.CreatedAt));
        }
    }

    /// <summary>Not beyond the end of its age, at which it is given up.</summary>
    AttemptOutcome.PutOff PutOff(Run run, int attempts, TimeSpan pause)
    {
        var (again, tooOld) = (time.GetUtcNow() + pause, run.Delivery.CreatedAt + run.Settings.MaxAge);
        return new(attempts, again < tooOld ? again : tooOld);
    }

    AttemptOutcome.Ended GiveUp(Run run, EndCondition condition, int runs, InvokeOutcome.Answered? answer, string why)
    {
        GivenUp(log, run.Delivery.RequestId, run.Delivery.Target, why);
        return new(Record(run, run.Settings.Config?.OnFailure, condition, runs, answer));
    }

    Delivery? Record(Run run, string? destination, EndCondition condition, int runs, InvokeOutcome.Answered? answer)
    {
        if (destination is null)
            return null;
        var (delivery, function, qualifier, _, lineage) = run;
        var record = DestinationRecord.Write(delivery, function, qualifier, condition, runs, answer, time.GetUtcNow());
        if (record.Length > Functions.Limits.AsyncPayloadBytes)
        {
            RecordTooLarge(log, delivery.RequestId, destination, record.Length, Functions.Limits.AsyncPayloadBytes);
            return null;
        }
        return outbox.New(
            function.Account, function.Region, destination, RequestIds.Next(), record, new Dictionary<string, string> { ["TraceId"] = lineage.Header });
    }

    /// <summary>The header that came with the event, or one made of its request id: it is the same for each attempt.</summary>
    static string Trace(Delivery delivery) => delivery.Attributes.TryGetValue("TraceId", out var trace) && trace.Length > 0
        ? trace
        : Lineage.NewTrace(delivery.RequestId, delivery.CreatedAt);

    static (FunctionKey Function, string? Qualifier) Target(Delivery delivery)
    {
        // arn:aws:lambda:region:account:function:name[:qualifier]
        var resource = Arn.TryParse(delivery.Target, out var arn) && arn.Service == "lambda" ? arn.Resource.Split(':') : [];
        if (resource is not ["function", var name, .. var rest])
            throw new InvalidOperationException($"No way to deliver to {delivery.Target}.");
        return (new(delivery.Account, delivery.Region, name), rest is [var qualifier] ? qualifier : null);
    }

    readonly record struct Run(Delivery Delivery, FunctionKey Function, string? Qualifier, AsynchronousSettings Settings, Lineage Lineage);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Event {RequestId} for {Target} was given up: {Why}")]
    static partial void GivenUp(ILogger log, Guid requestId, string target, string why);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The record of event {RequestId} cannot be delivered to {Destination}: it has {Bytes} bytes, of which {Limit} are allowed")]
    static partial void RecordTooLarge(ILogger log, Guid requestId, string destination, int bytes, int limit);
}
