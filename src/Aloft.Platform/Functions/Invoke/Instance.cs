using Aloft.Platform.Functions.Development;
using Aloft.Platform.Functions.Extensions;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>
/// One sandbox that has been given one function version. It runs one invocation at a time and turns each into its START, END
/// and REPORT lines. A runtime that can give them back is sent further ones ahead, while they are short: it begins the next without
/// waiting for us. How events get in and answers out is the subclass's: frames, or the Runtime API.
/// </summary>
internal abstract class Instance : IEndable
{
    readonly IInstanceOwner owner;
    readonly TimeProvider time;
    readonly InvocationClock clock;
    readonly Lock gate = new(); // what follows, and the order of what is sent
    readonly SentAhead ahead = new();
    Invocation? running; // until all about its end is written
    bool claimed; // by who ends the running one
    bool hasAnswered;
    bool ended;
    bool sending;
    ExtensionSet? extensions; // null where there are none, which is nearly always
    Overtime? overtime;
    ShutdownReason endReason;
    readonly InvocationReports reports;
    readonly Pace pace = new();
    Task exitHandled = Task.CompletedTask;

    protected Instance(ISandbox sandbox, FunctionVersion function, InstanceOutput output, ILogStream log, IInstanceOwner owner, TimeProvider time)
    {
        (Sandbox, Function, Output) = (sandbox, function, output);
        (this.owner, this.time) = (owner, time);
        reports = new(sandbox, function, output, log, time);
        CreatedAt = IdleSince = time.GetTimestamp();
        clock = new(function, time, TimedOut);
    }

    public FunctionVersion Function { get; }

    public ISandbox Sandbox { get; }

    /// <summary>Where its invocations are remembered; null where none are.</summary>
    public VersionBuffer? History { get => reports.History; init => reports.History = value; }

    public long CreatedAt { get; }

    /// <summary>It is to be replaced: its credentials will expire.</summary>
    public bool IsOld => time.GetElapsedTime(CreatedAt) > Limits.InstanceLifetime;

    /// <summary>Since when it has had nothing to do, in <see cref="TimeProvider"/> ticks.</summary>
    public long IdleSince { get; private set; }

    public bool Frozen { get; private set; }

    /// <summary>Initialised ahead of need and kept, not for an invocation that waited.</summary>
    public bool IsProvisioned { get; init; }

    /// <summary>Wall time of the last invocation.</summary>
    public TimeSpan LastDuration { get; private set; }

    /// <summary>How many invocations its fleet has given it that are not answered. The fleet's own, under the fleet's lock.</summary>
    public int InFlight { get; set; }

    /// <summary>How many it may be given: the one that it runs, and some ahead where that is short.</summary>
    public int Depth => CanGiveBack && !sending && extensions is null ? pace.Depth : 1;

    public InstanceOutput Output { get; }

    /// <summary>Of a function that a debugger may be attached to; else null: the time-out's clock never stands still.</summary>
    protected DebugClock? Clock => clock.Debugged;

    /// <summary>The invocation that is running, or null.</summary>
    protected Invocation? Running
    {
        get { lock (gate) return claimed ? null : running; }
    }

    protected bool Ended => Volatile.Read(ref ended);

    /// <summary>Loads the user's code; no invocation runs yet. Afterwards <see cref="Watch"/> must be called.</summary>
    public abstract ValueTask<InitOutcome> Init(TimeSpan within);

    /// <summary>Hands the event to the runtime. Throws when it cannot take it any more. One at a time.</summary>
    protected abstract ValueTask Send(Invocation invocation, DateTimeOffset deadline);

    /// <summary>Whether the runtime knows <see cref="SendRecall"/>.</summary>
    protected virtual bool CanGiveBack => false;

    /// <summary>Asks for what was sent ahead and has not begun. The answer is <see cref="GivenBack"/>.</summary>
    protected virtual void SendRecall() => throw new NotSupportedException();

    /// <summary>What is known of the runtime's end beside its sandbox's; null where nothing is.</summary>
    protected virtual Leaving? Left => null;

    /// <summary>Completes when everything that the runtime said before its end has been heard.</summary>
    protected virtual Task HeardOut() => Task.CompletedTask;

    /// <summary>False while nothing was received since the kernel's figures were last read: they could not tell two answers apart.</summary>
    protected virtual bool HasHeardMore() => true;

    /// <summary>Where the function has extensions: before it is given an invocation.</summary>
    public void Attach(ExtensionSet attached) =>
        (extensions, reports.Telemetry) = (attached, attached.Telemetry.HasSubscribers ? attached.Telemetry : null);

    /// <summary>To be called after a successful init: from here on the sandbox's death ends the instance.</summary>
    public void Watch(TimeSpan? initDuration)
    {
        reports.Open(initDuration);
        exitHandled = WhenExited();
        _ = extensions?.Failed.ContinueWith(failed => Fail(failed.Result), TaskScheduler.Default);
    }

    /// <summary>Gives it an invocation. Returns at once; the answer completes the invocation.</summary>
    public void Run(Invocation invocation)
    {
        if (!TryGive(invocation, out var sent))
        {
            End();
            owner.Return(this, invocation);
        }
        else if (!sent.IsCompletedSuccessfully)
        {
            _ = Finish(sent);
        }

        async Task Finish(ValueTask sent)
        {
            try
            {
                await sent;
            }
            catch (Exception fault) when (ChannelFault.Is(fault))
            {
                Sandbox.Kill(); // half an event has gone; what becomes of the rest is told by its end
            }
            Volatile.Write(ref sending, false);
        }
    }

    bool TryGive(Invocation invocation, out ValueTask sent)
    {
        sent = default;
        lock (gate)
        {
            if (ended)
                return false;
            if (Frozen)
                Thaw();
            var begins = running is null;
            if (begins)
                Begin(invocation); // before it is sent: what the function logs comes after START
            try
            {
                sent = Send(invocation, time.GetUtcNow() + Function.Timeout);
            }
            catch (Exception fault) when (ChannelFault.Is(fault))
            {
                // The runtime died idle, before it saw this event.
                if (begins)
                    (running, claimed) = (null, false);
                return false;
            }
            sending = !sent.IsCompletedSuccessfully;
            if (!begins)
                ahead.Add(invocation);
            return true;
        }
    }

    void Begin(Invocation invocation)
    {
        clock.Begin();
        running = invocation;
        reports.Start(invocation);
        extensions?.Invoke(invocation, time.GetUtcNow() + Function.Timeout);
    }

    /// <summary>The running invocation, for the one caller that is to end it; null when another does.</summary>
    Invocation? Claim()
    {
        lock (gate)
        {
            if (claimed || running is null)
                return null;
            claimed = true;
            return running;
        }
    }

    /// <summary>What was claimed has been ended and the runtime is well: it has begun what was sent next.</summary>
    void Proceed()
    {
        lock (gate)
        {
            (running, claimed) = (null, false);
            if (ahead.TryBegin(out var next))
                Begin(next);
            else
                IdleSince = time.GetTimestamp();
        }
    }

    /// <summary>The runtime answered. A <paramref name="fatal"/> error is its last word: the instance goes.</summary>
    /// <param name="contentType">Of an answer that came in pieces; else null.</param>
    protected void Answered(ReadOnlyMemory<byte> payload, bool isError, bool fatal = false, string? contentType = null)
    {
        if (Claim() is not { } invocation)
        {
            lock (gate)
                ahead.BegunUnseen();
            return;
        }
        var failure = payload.Length > Limits.ResponseBytes ? FunctionFailure.ResponseTooLarge(payload.Length) : null;
        Finish(invocation, failure, fatal, new(
            isError || failure is not null ? AnswerKind.FunctionError : AnswerKind.Returned,
            failure is null ? payload : failure.Payload(invocation.RequestId), ContentType: contentType));
    }

    /// <summary>The runtime's answer cannot be taken; the instance itself is well.</summary>
    protected void Refused(FunctionFailure failure)
    {
        if (Claim() is { } invocation)
            Finish(invocation, failure, fatal: false, new(AnswerKind.FunctionError, failure.Payload(invocation.RequestId)));
    }

    void Finish(Invocation invocation, FunctionFailure? failure, bool fatal, in InvocationAnswer answer)
    {
        if (extensions is not null && !fatal)
        {
            FinishWith(extensions, invocation, failure, answer);
            return;
        }
        Conclude(invocation, failure, answer);
        if (fatal)
            End(ShutdownReason.Failure);
        else
            Continue();
        invocation.Complete(answer);
    }

    void Continue()
    {
        hasAnswered = true;
        pace.Observe(LastDuration);
        Proceed();
        owner.Free(this);
    }

    /// <summary>The invocation is over when the extensions are done with it, too. Its caller need not wait for that, unless for the log's tail.</summary>
    void FinishWith(ExtensionSet told, Invocation invocation, FunctionFailure? failure, in InvocationAnswer answer)
    {
        reports.RuntimeDone(invocation, clock.Elapsed, failure, answer.Kind == AnswerKind.FunctionError, answer.Payload.Length);
        var rest = new Overtime(invocation, failure, answer, IsAnswered: invocation.Tail is null && !told.IsDone());
        Volatile.Write(ref overtime, rest);
        clock.SetAgain(); // it may have struck when the answer had been claimed
        if (rest.IsAnswered)
            invocation.Complete(answer);
        told.WhenDone(() =>
        {
            if (Interlocked.Exchange(ref overtime, null) is not { } done)
                return;
            Conclude(done.Invocation, done.Failure, done.Answer);
            Continue();
            done.Complete();
        });
    }

    /// <summary>Ends the running invocation, and the instance with it, for a reason that is not the handler's own answer.</summary>
    protected void Fail(FunctionFailure failure) => Fail(Interlocked.Exchange(ref overtime, null) ?? Overtime.None(Claim(), failure), failure);

    void Fail(Overtime? unfinished, FunctionFailure failure)
    {
        if (unfinished is not null)
            Conclude(unfinished.Invocation, failure, unfinished.Answer);
        End(failure.Status == "timeout" ? ShutdownReason.Timeout : ShutdownReason.Failure);
        unfinished?.Complete();
    }

    void Conclude(Invocation invocation, FunctionFailure? failure, in InvocationAnswer answer)
    {
        clock.Clear();
        reports.End(invocation, answer, LastDuration = clock.Elapsed, failure, measure: HasHeardMore() || failure is not null);
    }

    /// <summary>Whether the running invocation takes long for want of a processor, ours or the runtime's: it is not slow on its own account.</summary>
    public virtual bool IsStarved => reports.LacksProcessor(clock.Elapsed);

    /// <summary>Asks for what was sent ahead of one that takes long, for another instance to run. A busy runtime gives it back afterwards.</summary>
    public void Recall()
    {
        lock (gate)
        {
            if (ahead.Recalled || ended || ahead.Count == 0)
                return;
            ahead.Recall();
            pace.Reset();
            SendRecall();
        }
    }

    /// <summary>The runtime has not begun the last <paramref name="count"/> that it was sent, and forgot them.</summary>
    protected void GivenBack(int count)
    {
        Invocation[] returned;
        lock (gate)
            returned = ahead.GivenBack(count);
        foreach (var invocation in returned)
            owner.Return(this, invocation);
    }

    void TimedOut()
    {
        var failure = FunctionFailure.TimedOut(Function.Timeout);
        Overtime? overdue;
        lock (gate) // as one step: an answer in between would have the next invocation end for this one's time
        {
            var left = clock.Left;
            overdue = left > TimeSpan.Zero ? null : Interlocked.Exchange(ref overtime, null) ?? Overtime.None(Claim(), failure);
            if (overdue is null && running is not null)
                clock.LookAgain(left);
        }
        if (overdue is not null)
            Fail(overdue, failure);
    }

    async Task WhenExited()
    {
        var exit = await Sandbox.Exited.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await HeardOut();
        var failure = FunctionFailure.Exited(exit, Left?.Status);
        // Of one that has answered nothing yet, its successors would do the same for ever.
        var unheard = hasAnswered && Left is { HasBegun: false } ? Claim() : null;
        Fail(failure);
        clock.Clear();
        reports.NotBegun(unheard, failure);
        LostInvocations lost;
        lock (gate)
            lost = ahead.Abandoned(unheard);
        lost.Settle(this, owner, failure, time.GetUtcNow());
    }

    /// <summary>The node stops: the running invocation, if any, fails with it.</summary>
    public void Abandon() => Fail(new FunctionFailure("Runtime.ExitError", "The node was stopped before the function answered."));

    public void Freeze()
    {
        if (extensions is not null && !extensions.Telemetry.TryPause())
            return; // soon
        Sandbox.Freeze();
        Frozen = true;
    }

    void Thaw()
    {
        Sandbox.Thaw();
        Frozen = false;
        extensions?.Telemetry.Resume();
    }

    /// <summary>Takes the instance out of service for good and tells its fleet, once. Its sandbox is removed behind.</summary>
    public void End(ShutdownReason reason = ShutdownReason.Spindown)
    {
        lock (gate)
        {
            if (ended)
                return;
            (ended, endReason) = (true, reason);
        }
        if (extensions is null)
            Sandbox.Kill();
        owner.Gone(this);
    }

    /// <summary>Ends the sandbox, after its extensions have been told, where there are any.</summary>
    public async Task ShutDown(ShutdownReason? reason = null)
    {
        if (extensions is not null)
        {
            lock (gate)
                Thaw(); // even where it is not frozen: an attempt may have failed half-way
            await extensions.ShutDown(Sandbox, reason ?? endReason);
        }
        Sandbox.Kill();
    }

    public virtual async ValueTask DisposeAsync()
    {
        await exitHandled;
        await clock.DisposeAsync();
        if (extensions is not null)
            await extensions.DisposeAsync();
        await Sandbox.DisposeAsync();
    }
}
