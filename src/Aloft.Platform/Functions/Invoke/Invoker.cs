using System.Collections.Concurrent;
using Aloft.Platform.Functions.Concurrency;
using Aloft.Platform.Functions.Development;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>One event for one function.</summary>
/// <param name="Qualifier">Version or alias; null for <c>$LATEST</c>.</param>
/// <param name="Payload">JSON, at most <see cref="Limits.SyncPayloadBytes"/>.</param>
public sealed record InvokeRequest(FunctionKey Function, string? Qualifier, Guid RequestId, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The client context as JSON text; empty when there is none.</summary>
    public string ClientContext { get; init; } = "";

    /// <summary>The X-Ray trace header; empty when there is none.</summary>
    public string TraceId { get; init; } = "";

    /// <summary>Asks for the last 4 KiB of the invocation's log in the answer.</summary>
    public bool WantsTail { get; init; }

    public InvocationSource Source { get; init; }

    /// <summary>Takes the answer piece by piece where the function gives it so; null for an answer in one piece.</summary>
    public ResponseStream? Stream { get; init; }
}

/// <summary>How an invocation ended.</summary>
public abstract record InvokeOutcome
{
    InvokeOutcome() { }

    /// <summary>The function answered, or failed on its own account.</summary>
    /// <param name="FunctionError"><c>Unhandled</c> when the payload is an error's JSON; else null.</param>
    /// <param name="Tail">The log's end, when asked for.</param>
    public sealed record Answered(ReadOnlyMemory<byte> Payload, string? FunctionError, string Version, byte[]? Tail) : InvokeOutcome
    {
        /// <summary>Of an answer that the function wrote in pieces, as it named it; else null.</summary>
        public string? ContentType { get; init; }
    }

    public sealed record NotFound : InvokeOutcome;

    /// <summary>Refused for concurrency. <paramref name="Reason"/> is AWS's.</summary>
    public sealed record Throttled(string Reason, string Message) : InvokeOutcome;

    /// <summary>The function could not be activated or its update failed.</summary>
    public sealed record NotReady(string State) : InvokeOutcome;

    /// <summary>This node could not make a sandbox.</summary>
    public sealed record Unavailable(string Reason) : InvokeOutcome;
}

/// <summary>
/// The one way that a function is run, for every caller: API, URL, delivery, poller, workflow. 1. finds the version, 2. admits the
/// invocation, 3. hands it to the version's fleet, 4. awaits the answer. A caller that goes away does not end the invocation, as in AWS.
/// </summary>
public sealed class Invoker
{
    readonly FunctionRegistry registry;
    readonly Admission admission;
    readonly InstanceStarter starter;
    readonly DevSessions sessions;
    readonly TimeProvider time;
    readonly ConcurrentDictionary<(FunctionKey Key, string Version), Fleet> fleets = new();
    readonly ConcurrentDictionary<Fleet, bool> retired = new(); // until they are empty
    readonly ConcurrentQueue<FunctionKey> changed = new();
    volatile bool stopping;

    internal Invoker(FunctionRegistry registry, Admission admission, InstanceStarter starter, DevSessions sessions, TimeProvider time)
    {
        (this.registry, this.admission, this.starter, this.sessions, this.time) = (registry, admission, starter, sessions, time);
        starter.MakeRoom = EvictLongestIdle;
        registry.Changed += changed.Enqueue;
        sessions.Changed += changed.Enqueue;
    }

    public ValueTask<InvokeOutcome> Invoke(InvokeRequest request, CancellationToken stop) =>
        request.Stream is { } stream ? InvokeStreaming(request, stream, stop) : InvokeWhole(request, stop);

    async ValueTask<InvokeOutcome> InvokeStreaming(InvokeRequest request, ResponseStream stream, CancellationToken stop)
    {
        try
        {
            return await InvokeWhole(request, stop);
        }
        finally
        {
            stream.End(); // whatever became of it: somebody reads
        }
    }

    async ValueTask<InvokeOutcome> InvokeWhole(InvokeRequest request, CancellationToken stop)
    {
        if (stopping)
            return new InvokeOutcome.Unavailable("This node is stopping.");

        var function = await registry.Find(request.Function, request.Qualifier, stop); // 1
        if (function is null)
            return new InvokeOutcome.NotFound();
        if (function.State != FunctionState.Active || function.LastUpdateStatus == UpdateStatus.InProgress)
        {
            function = await registry.WhenSettled(function, stop);
            if (function is null)
                return new InvokeOutcome.NotFound();
            if (function.State != FunctionState.Active)
                return new InvokeOutcome.NotReady(function.State.ToString());
        }

        function = sessions.Shown(function);

        var verdict = admission.TryEnter(function.Key, function.Version, out var ticket); // 2
        if (verdict != Verdict.Admitted)
            return Throttled(verdict);
        try
        {
            var invocation = NewInvocation(request, function);
            while (!FleetOf(function).Submit(invocation)) // 3
                if (stopping)
                    return new InvokeOutcome.Unavailable("This node is stopping.");
            return Outcome(invocation, await invocation.Answer); // 4
        }
        finally
        {
            ticket.Release();
        }
    }

    static Invocation NewInvocation(InvokeRequest request, FunctionVersion function)
    {
        if (request.Stream is { } stream)
            stream.ExecutedVersion = function.Version;
        return new(request.RequestId, function, request.Payload)
        {
            InvokedArn = InvokedArn(function, request.Qualifier),
            ClientContext = request.ClientContext,
            TraceId = request.TraceId,
            Tail = request.WantsTail ? new LogTail() : null,
            Stream = request.Stream,
            Source = request.Source,
        };
    }

    /// <summary>
    /// Runs a version as it once was, whatever has become of its function since, in an instance of its own that ends with the answer.
    /// Counts as an invocation of the function.
    /// </summary>
    internal async ValueTask<InvokeOutcome> InvokeRecorded(FunctionVersion recorded, InvokeRequest request)
    {
        if (stopping)
            return new InvokeOutcome.Unavailable("This node is stopping.");
        var verdict = admission.TryEnter(recorded.Key, version: null, out var ticket);
        if (verdict != Verdict.Admitted)
            return Throttled(verdict);

        var invocation = NewInvocation(request, recorded);
        var fleet = new Fleet(recorded, starter, time);
        var slot = (recorded.Key, $"{recorded.Version} for {request.RequestId}"); // no version's: nobody else finds it
        try
        {
            fleet.Submit(invocation); // before anybody can retire the fleet: it takes what comes until then
            fleets[slot] = fleet;
            if (stopping)
                fleet.EndAll(); // the drain may have passed it
            return Outcome(invocation, await invocation.Answer);
        }
        finally
        {
            fleets.TryRemove(slot, out _);
            Retire(fleet);
            ticket.Release();
            request.Stream?.End();
            if (await registry.Find(recorded.Key, null, CancellationToken.None) is null)
                admission.Forget(recorded.Key);
        }
    }

    static string InvokedArn(FunctionVersion function, string? qualifier) =>
        qualifier is null ? function.Key.Text : $"{function.Key.Text}:{qualifier}";

    static InvokeOutcome Outcome(Invocation invocation, in InvocationAnswer answer) => answer.Kind switch
    {
        AnswerKind.Returned => new InvokeOutcome.Answered(answer.Payload, null, invocation.Function.Version, invocation.Tail?.ToArray())
        {
            ContentType = answer.ContentType,
        },
        AnswerKind.FunctionError => new InvokeOutcome.Answered(answer.Payload, "Unhandled", invocation.Function.Version, invocation.Tail?.ToArray()),
        AnswerKind.NoRoom => new InvokeOutcome.Throttled(
            "ConcurrentInvocationLimitExceeded", "Rate Exceeded: this node has no memory left for another instance of the function."),
        _ => new InvokeOutcome.Unavailable(answer.Reason!),
    };

    static InvokeOutcome.Throttled Throttled(Verdict verdict) => verdict == Verdict.ReservedLimit
        ? new("ReservedFunctionConcurrentInvocationLimitExceeded", "Rate Exceeded.")
        : new("ConcurrentInvocationLimitExceeded", "Rate Exceeded.");

    internal bool IsStopping => stopping;

    internal Fleet? FleetAt((FunctionKey Key, string Version) slot) => fleets.GetValueOrDefault(slot);

    internal Fleet FleetOf(FunctionVersion function)
    {
        var slot = (function.Key, function.Version);
        while (true)
        {
            if (fleets.TryGetValue(slot, out var fleet) && fleet.Function.RevisionId == function.RevisionId)
                return fleet;

            var fresh = new Fleet(function, starter, time);
            if (fleet is null ? fleets.TryAdd(slot, fresh) : fleets.TryUpdate(slot, fresh, fleet))
            {
                if (fleet is not null)
                    Retire(fleet);
                if (stopping)
                    fresh.Retire(); // the drain may have passed it
                return fresh;
            }
        }
    }

    void Retire(Fleet fleet)
    {
        retired[fleet] = true;
        fleet.Retire();
    }

    IEnumerable<Fleet> AllFleets => fleets.Values.Concat(retired.Keys);

    /// <summary>Freezes, reaps and forgets what is idle, and retires the fleets of changed and deleted functions. Called several times a second.</summary>
    internal async ValueTask Tidy(CancellationToken stop)
    {
        while (changed.TryDequeue(out var key))
            await RetireOutdated(key, stop);
        foreach (var (slot, fleet) in fleets)
        {
            fleet.Tidy();
            if (fleet.IsForgettable && fleets.TryRemove(KeyValuePair.Create(slot, fleet)))
                Retire(fleet);
        }
        foreach (var fleet in retired.Keys)
            if (fleet.IsEmpty)
                retired.TryRemove(fleet, out _);
    }

    /// <summary>An outdated fleet goes as soon as its invocations are answered; the next invocation makes a new one.</summary>
    async ValueTask RetireOutdated(FunctionKey key, CancellationToken stop)
    {
        foreach (var (slot, fleet) in fleets)
            if (slot.Key == key
                && fleet.Function.RevisionId != await CurrentRevision(key, slot.Version, stop)
                && fleets.TryRemove(KeyValuePair.Create(slot, fleet)))
                Retire(fleet);
        if (await registry.Find(key, null, stop) is null)
            admission.Forget(key);
    }

    async ValueTask<string?> CurrentRevision(FunctionKey key, string version, CancellationToken stop) =>
        await registry.Find(key, version, stop) is { } current ? sessions.Shown(current).RevisionId : null;

    /// <summary>Digests of the packages that instances run, current or not: a sweep spares their folders.</summary>
    internal IEnumerable<string> CodeInUse => AllFleets.SelectMany(fleet => fleet.Function.Digests);

    /// <summary>Ends nothing where all that is idle is less than what lacks: it would be lost for nothing.</summary>
    bool EvictLongestIdle(long lackingMegabytes)
    {
        Fleet? idlest = null;
        var since = long.MaxValue;
        foreach (var fleet in fleets.Values)
        {
            var evictable = fleet.Evictable;
            lackingMegabytes -= evictable.Megabytes;
            if (evictable.IdlestSince is { } fleetSince && fleetSince < since)
                (idlest, since) = (fleet, fleetSince);
        }
        return lackingMegabytes <= 0 && idlest is not null && idlest.EvictOne();
    }

    /// <summary>
    /// Refuses new invocations, waits for the running ones within <paramref name="within"/> or until <paramref name="atOnce"/>, then ends
    /// every instance.
    /// </summary>
    internal async ValueTask Drain(TimeSpan within, CancellationToken atOnce)
    {
        stopping = true;
        await starter.StopProvisioning();
        var deadline = time.GetTimestamp() + (long)(within.TotalSeconds * time.TimestampFrequency);
        foreach (var fleet in AllFleets)
            fleet.Retire();
        await UntilEmpty(deadline, atOnce);
        await starter.StopStarting();
        foreach (var fleet in AllFleets)
            fleet.EndAll();
        await UntilEmpty(time.GetTimestamp() + (long)(Limits.GivenUp.TotalSeconds * time.TimestampFrequency), CancellationToken.None);
        await starter.Discarded();
    }

    async ValueTask UntilEmpty(long deadline, CancellationToken atOnce)
    {
        while (AllFleets.Any(static fleet => !fleet.IsEmpty) && time.GetTimestamp() < deadline && !atOnce.IsCancellationRequested)
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, atOnce).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
