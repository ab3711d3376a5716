using Aloft.Platform.Functions.Extensions.Telemetry;
using Aloft.Platform.Functions.Invoke;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Extensions;

/// <summary>
/// The extensions of one instance and how far each has come: who has registered, who waits for an event, who is at work on one.
/// Thread-safe. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
/// </summary>
internal sealed class ExtensionSet(TelemetryHub telemetry, SystemLog log, TimeProvider time) : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly List<Extension> all = [];
    readonly TaskCompletionSource<FunctionFailure> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Action? whenDone;
    int busy;
    bool closed;
    bool ending;

    public TelemetryHub Telemetry => telemetry;

    /// <summary>There is any, registered or not.</summary>
    public bool Any
    {
        get
        {
            lock (gate)
                return all.Count > 0;
        }
    }

    /// <summary>Completes when one of them fails: the instance is to end for it.</summary>
    public Task<FunctionFailure> Failed => failed.Task;

    /// <summary>One whose file is about to be run.</summary>
    public Extension AddExternal(string name)
    {
        var extension = new Extension(name, isExternal: true);
        lock (gate)
            all.Add(extension);
        return extension;
    }

    public Refusal? Register(string name, LifecycleEvents events, out Extension? extension)
    {
        extension = null;
        lock (gate)
        {
            var known = all.Find(one => one.Name == name);
            if (known is { IsExternal: false } or { State: not ExtensionState.Started })
                return Refusal.InvalidState(known, nameof(ExtensionState.Registered));
            if (closed)
                return Refusal.RegistrationClosed;
            if (known is null && events.HasFlag(LifecycleEvents.Shutdown))
                return Refusal.InvalidEvent("SHUTDOWN", "event is not supported for internal extensions");
            if (all.Count(one => one.HasRegistered) >= Limits.Extensions)
                return Refusal.TooMany;

            extension = known ?? new Extension(name, isExternal: false);
            if (known is null)
                all.Add(extension);
            (extension.Events, extension.State) = (events, ExtensionState.Registered);
            Signal();
            return null;
        }
    }

    public Extension? Find(Guid id)
    {
        lock (gate)
            return all.Find(one => one.Id == id && one.HasRegistered);
    }

    /// <summary>The runtime has loaded the function: who has not registered by now never will.</summary>
    public void CloseRegistration()
    {
        lock (gate)
            closed = true;
    }

    public Task WhenRegistered(CancellationToken stop) => When(static one => one.HasRegistered, stop);

    /// <summary>Each has asked for its first event.</summary>
    public Task WhenReady(CancellationToken stop) => When(static one => one.State is ExtensionState.Ready or ExtensionState.Running, stop);

    async Task When(Predicate<Extension> condition, CancellationToken stop)
    {
        while (true)
        {
            Task change;
            lock (gate)
            {
                if (all.TrueForAll(condition))
                    return;
                change = changed.Task;
            }
            await change.WaitAsync(stop);
        }
    }

    /// <summary>Under the lock.</summary>
    void Signal()
    {
        changed.TrySetResult();
        changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Waits for the extension's next event. To ask for it says that it is done with the last.</summary>
    /// <returns>The event, or why there is none.</returns>
    public async ValueTask<(byte[]? Event, Refusal? Refusal)> Next(Extension extension, CancellationToken stop)
    {
        for (var asks = true; ; asks = false) // a request that waited in vain, since another took the event, says nothing
        {
            Action? done = null;
            Task arrival;
            lock (gate)
            {
                if (extension.HasFailed)
                    return (null, Refusal.InvalidState(extension, nameof(ExtensionState.Ready)));
                if (extension.Pending is { } pending)
                {
                    (extension.Pending, extension.State) = (null, ExtensionState.Running);
                    return (pending, null);
                }
                if (asks)
                {
                    extension.State = ExtensionState.Ready;
                    done = IsDone(extension);
                }
                extension.Arrival ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                arrival = extension.Arrival.Task;
                Signal();
            }
            done?.Invoke();
            await arrival.WaitAsync(stop);
        }
    }

    /// <summary>The event could not be handed over: the extension gets it with its next request.</summary>
    public void Return(Extension extension, byte[] lifecycleEvent)
    {
        lock (gate)
            if (extension.Pending is null)
                Deliver(extension, lifecycleEvent);
    }

    /// <summary>Under the lock.</summary>
    static void Deliver(Extension extension, byte[] lifecycleEvent)
    {
        extension.Pending = lifecycleEvent;
        extension.Arrival?.TrySetResult();
        extension.Arrival = null;
    }

    /// <summary>Under the lock.</summary>
    /// <returns>What is to be called, outside of it, when this was the last one at work.</returns>
    Action? IsDone(Extension extension)
    {
        if (!extension.Busy)
            return null;
        extension.Busy = false;
        if (--busy > 0)
            return null;
        var then = whenDone;
        whenDone = null;
        return then;
    }

    /// <summary>Tells those of the invocation who want to know. It is over when each of them has asked for its next event.</summary>
    public void Invoke(Invocation invocation, DateTimeOffset deadline)
    {
        byte[]? told = null;
        lock (gate)
            foreach (var extension in all)
                if (extension.Events.HasFlag(LifecycleEvents.Invoke) && !extension.HasFailed)
                {
                    if (!extension.Busy)
                        busy++;
                    extension.Busy = true;
                    Deliver(extension, told ??= LifecycleEvent.Invoke(invocation, deadline));
                }
    }

    /// <summary>Calls back when nobody is at work on the invocation any more: at once, where that is so.</summary>
    public void WhenDone(Action then)
    {
        lock (gate)
            if (busy > 0)
            {
                whenDone = then;
                return;
            }
        then();
    }

    public bool IsDone()
    {
        lock (gate)
            return busy == 0;
    }

    /// <summary>The extension says that it failed.</summary>
    public Refusal? Report(Extension extension, bool inInit, string errorType)
    {
        lock (gate)
        {
            var (state, allowed) = inInit
                ? (ExtensionState.InitError, extension.State == ExtensionState.Registered)
                : (ExtensionState.ExitError, !extension.HasFailed);
            if (!allowed)
                return Refusal.InvalidState(extension, state.ToString());
            (extension.State, extension.ErrorType) = (state, errorType);
        }
        Fail(extension, new($"Extension.{extension.State}", $"extension {extension.Name}: {errorType}"));
        return null;
    }

    /// <summary>Its program could not be run.</summary>
    public void NotLaunched(Extension extension, string reason)
    {
        lock (gate)
            (extension.State, extension.ErrorType) = (ExtensionState.LaunchError, "Extension.LaunchError");
        Fail(extension, new("Extension.LaunchError", $"extension {extension.Name}: {reason}"));
    }

    /// <summary>Its process has ended. Before the shutdown phase that is a failure, whichever way it ended.</summary>
    public void Ended(Extension extension, SandboxExit exit)
    {
        bool expected, told;
        lock (gate)
        {
            (expected, told) = (ending, extension.HasFailed);
            if (!told)
                extension.State = ExtensionState.Exited;
            if (!told && !expected)
                extension.ErrorType = "Extension.Crash";
            Signal();
        }
        if (!expected && !told)
            Fail(extension, new("Extension.Crash", $"extension {extension.Name}: {FunctionFailure.EndOf(exit)}"));
    }

    void Fail(Extension extension, FunctionFailure failure)
    {
        bool late;
        lock (gate)
        {
            late = closed; // before that, all are told of at the end of the init phase
            Signal();
        }
        if (late)
            Tell(extension);
        failed.TrySetResult(failure);
    }

    /// <summary>The init phase has ended: a line for each. Nobody subscribes to telemetry any more.</summary>
    public void TellAll()
    {
        telemetry.Close();
        Extension[] told;
        lock (gate)
            (told, closed) = ([.. all], true);
        foreach (var extension in told)
            Tell(extension);
    }

    void Tell(Extension extension)
    {
        string state;
        string[] events;
        lock (gate)
        {
            if (extension.IsFailureTold)
                return;
            extension.IsFailureTold = extension.HasFailed;
            var seen = extension.State is ExtensionState.Running ? ExtensionState.Ready : extension.State;
            (state, events) = (seen.ToString(), [.. extension.EventNames()]);
        }
        log.Extension(extension.Name, state, events, extension.ErrorType);
        telemetry.Extension(extension.Name, state, events, extension.ErrorType);
    }

    /// <summary>
    /// The shutdown phase: 1. the runtime is asked to end, 2. what is left of the telemetry is delivered, 3. the extensions are told.
    /// Returns when all have ended, at the latest when the phase may last no longer; the caller then ends what is left.
    /// </summary>
    /// <param name="runtime">The sandbox whose end is the runtime's; null where no runtime has run.</param>
    public async Task ShutDown(ISandbox? runtime, ShutdownReason reason)
    {
        var began = time.GetTimestamp();
        TimeSpan atMost;
        Task[] processes;
        lock (gate)
        {
            (ending, closed) = (true, true);
            atMost = all.Exists(static one => one is { IsExternal: true, HasRegistered: true }) ? Limits.ShutdownWithExternal
                : all.Exists(static one => one.HasRegistered) ? Limits.ShutdownWithInternal
                : TimeSpan.Zero;
            processes = [.. all.Where(Hears).Select(static one => (Task)one.Process!.Exited)];
        }
        if (atMost == TimeSpan.Zero)
            return;

        var deadline = time.GetUtcNow() + atMost;
        if (runtime is { Exited.IsCompleted: false }) // 1
        {
            runtime.Terminate();
            await Within(runtime.Exited, atMost == Limits.ShutdownWithExternal ? Limits.RuntimeShutdown : atMost);
        }

        await telemetry.Flush(Limits.LastDelivery); // 2

        lock (gate)
            foreach (var extension in all.Where(Hears)) // 3
                Deliver(extension, LifecycleEvent.Shutdown(reason, deadline));
        await Within(Task.WhenAll(processes), atMost - time.GetElapsedTime(began));

        static bool Hears(Extension one) => one is { Process: not null, HasFailed: false } && one.Events.HasFlag(LifecycleEvents.Shutdown);

        async Task Within(Task task, TimeSpan limit)
        {
            if (limit > TimeSpan.Zero && !task.IsCompleted)
                await Task.WhenAny(task, Task.Delay(limit, time, CancellationToken.None));
        }
    }

    public ValueTask DisposeAsync() => telemetry.DisposeAsync();
}
