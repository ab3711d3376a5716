using Aloft.Platform.CloudWatch.Chunks;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>What becomes of an instance concerns its fleet: each is called once for each event, from any thread.</summary>
internal interface IInstanceOwner
{
    /// <summary>The instance has answered and can take the next invocation. Called before the answer reaches its caller.</summary>
    void Free(Instance instance);

    /// <summary>The instance takes no more invocations: it died, or was ended for a time-out or a fatal error.</summary>
    void Gone(Instance instance);

    /// <summary>The instance died before it took the invocation: another one is to run it.</summary>
    void Return(Invocation invocation);
}

/// <summary>How the init phase ended.</summary>
internal abstract record InitOutcome
{
    InitOutcome() { }

    public sealed record Ready : InitOutcome;

    /// <summary>The code failed to load: the payload is the error's JSON.</summary>
    public sealed record Failed(ReadOnlyMemory<byte> Payload) : InitOutcome;

    /// <summary>The runtime ended, or did not come up in time.</summary>
    public sealed record Died(FunctionFailure Failure) : InitOutcome;

    public static readonly InitOutcome Done = new Ready();
}

/// <summary>
/// One sandbox that has been given one function version. It runs one invocation at a time and turns each into its START, END
/// and REPORT lines. How events get in and answers out is the subclass's: frames, or the Runtime API.
/// </summary>
internal abstract class Instance : IAsyncDisposable
{
    const long NotArmed = long.MinValue;

    readonly IInstanceOwner owner;
    readonly TimeProvider time;
    readonly ITimer deadlineTimer;

    Invocation? running;
    long startedAt;
    long deadlineAt;
    long armedFor = NotArmed;
    DateTimeOffset startedWhen;
    TimeSpan cpuBefore;
    TimeSpan? initToReport;
    int ended;
    bool frozen;

    protected Instance(ISandbox sandbox, FunctionVersion function, InstanceOutput output, ILogStream log, IInstanceOwner owner, TimeProvider time)
    {
        (Sandbox, Function, Output, Log) = (sandbox, function, output, log);
        (this.owner, this.time) = (owner, time);
        CreatedAt = IdleSince = time.GetTimestamp();
        deadlineTimer = time.CreateTimer(static self => ((Instance)self!).DeadlineReached(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public FunctionVersion Function { get; }

    public ISandbox Sandbox { get; }

    public long CreatedAt { get; }

    /// <summary>Since when it has had nothing to do, in <see cref="TimeProvider"/> ticks.</summary>
    public long IdleSince { get; private set; }

    public bool Frozen => frozen;

    /// <summary>Wall time of the last invocation.</summary>
    public TimeSpan LastDuration { get; private set; }

    protected InstanceOutput Output { get; }

    protected ILogStream Log { get; }

    /// <summary>The invocation that is running, or null.</summary>
    protected Invocation? Running => Volatile.Read(ref running);

    protected bool Ended => Volatile.Read(ref ended) != 0;

    /// <summary>Loads the user's code; no invocation runs yet. Afterwards <see cref="Watch"/> must be called.</summary>
    public abstract ValueTask<InitOutcome> Init(TimeSpan within);

    /// <summary>Hands the event to the runtime. Throws when it cannot take it any more.</summary>
    protected abstract ValueTask Send(Invocation invocation, DateTimeOffset deadline);

    /// <summary>To be called after a successful init: from here on the sandbox's death ends the instance.</summary>
    public void Watch(TimeSpan initDuration)
    {
        initToReport = initDuration;
        cpuBefore = Sandbox.Usage().CpuTime;
        _ = Sandbox.Exited.ContinueWith(
            static (exited, self) => ((Instance)self!).SandboxExited(exited.Result), this,
            CancellationToken.None, TaskContinuationOptions.RunContinuationsAsynchronously, TaskScheduler.Default);
    }

    /// <summary>Starts an invocation. The instance must be idle. Returns at once; the answer completes the invocation.</summary>
    public void Begin(Invocation invocation)
    {
        if (frozen)
        {
            Sandbox.Thaw();
            frozen = false;
        }

        startedWhen = time.GetUtcNow();
        startedAt = time.GetTimestamp();
        var timeout = Function.Timeout;
        Volatile.Write(ref deadlineAt, startedAt + (long)(timeout.TotalSeconds * time.TimestampFrequency));
        Output.Tail = invocation.Tail;
        Record(new(PlatformRecordKind.Start, startedWhen, invocation.RequestId, Function.Version), invocation);
        Volatile.Write(ref running, invocation);
        ArmDeadline(timeout);

        ValueTask sending;
        try
        {
            sending = Send(invocation, startedWhen + timeout);
        }
        catch (Exception fault) when (IsChannelFault(fault))
        {
            CouldNotSend();
            return;
        }
        if (!sending.IsCompletedSuccessfully)
            _ = Finish(sending);

        async Task Finish(ValueTask sending)
        {
            try
            {
                await sending;
            }
            catch (Exception fault) when (IsChannelFault(fault))
            {
                CouldNotSend();
            }
        }
    }

    protected static bool IsChannelFault(Exception fault) =>
        fault is System.Net.Sockets.SocketException or ObjectDisposedException or IOException or InvalidDataException;

    /// <summary>The runtime's other end is closed: it died idle, before it saw this event.</summary>
    void CouldNotSend()
    {
        if (Interlocked.Exchange(ref running, null) is not { } invocation)
            return;
        End();
        owner.Return(invocation);
    }

    /// <summary>The runtime answered. A <paramref name="fatal"/> error is its last word: the instance goes.</summary>
    protected void Answered(ReadOnlyMemory<byte> payload, bool isError, bool fatal = false)
    {
        if (Interlocked.Exchange(ref running, null) is not { } invocation)
            return; // a time-out was faster

        var failure = payload.Length > Limits.ResponseBytes ? FunctionFailure.ResponseTooLarge(payload.Length) : null;
        Finish(invocation, failure, fatal, new(
            isError || failure is not null ? AnswerKind.FunctionError : AnswerKind.Returned,
            failure is null ? payload : failure.Payload(invocation.RequestId)));
    }

    /// <summary>The runtime's answer cannot be taken; the instance itself is well.</summary>
    protected void Refused(FunctionFailure failure)
    {
        if (Interlocked.Exchange(ref running, null) is { } invocation)
            Finish(invocation, failure, fatal: false, new(AnswerKind.FunctionError, failure.Payload(invocation.RequestId)));
    }

    void Finish(Invocation invocation, FunctionFailure? failure, bool fatal, in InvocationAnswer answer)
    {
        Conclude(invocation, failure);
        IdleSince = time.GetTimestamp();
        if (fatal)
            End();
        else
            owner.Free(this);
        invocation.Complete(answer);
    }

    /// <summary>Ends the running invocation, and the instance with it, for a reason that is not the handler's own answer.</summary>
    protected void Fail(FunctionFailure failure)
    {
        var invocation = Interlocked.Exchange(ref running, null);
        if (invocation is not null)
            Conclude(invocation, failure);
        End();
        invocation?.Complete(new(AnswerKind.FunctionError, failure.Payload(invocation.RequestId)));
    }

    /// <summary>Writes what is owed to the log: the function's last output, the failure, END and REPORT.</summary>
    void Conclude(Invocation invocation, FunctionFailure? failure)
    {
        LastDuration = time.GetElapsedTime(startedAt);
        Sandbox.DrainOutput();
        Output.EndInvocation();
        var usage = Sandbox.Usage();
        var now = time.GetUtcNow();
        if (failure is not null)
            Output.Line(now, failure.LogLine(invocation.RequestId, now));

        Record(new(PlatformRecordKind.End, now, invocation.RequestId, Function.Version), invocation);
        Record(
            new(PlatformRecordKind.Report, now, invocation.RequestId, Function.Version)
            {
                Duration = LastDuration < Function.Timeout || failure is null ? LastDuration : Function.Timeout,
                InitDuration = initToReport,
                CpuTime = usage.CpuTime - cpuBefore,
                MemoryMegabytes = Function.MemoryMegabytes,
                PeakMemoryBytes = usage.PeakMemoryBytes,
                Status = failure?.Status,
                ErrorType = failure is { Status: "error" } ? failure.ErrorType : null,
                TraceId = invocation.TraceId.Length > 0 ? invocation.TraceId : null,
            },
            invocation);
        cpuBefore = usage.CpuTime;
        initToReport = null;
        Output.Tail = null;
    }

    void Record(in PlatformRecord record, Invocation invocation)
    {
        Log.AppendPlatform(record);
        if (invocation.Tail is { } tail)
            tail.Append(PlatformLines.Render(record));
    }

    /// <summary>
    /// The timer is moved lazily: when it will fire before the new deadline it is left alone and looks again then, so that a busy
    /// instance pays a few loads for each invocation, not a timer change.
    /// </summary>
    void ArmDeadline(TimeSpan timeout)
    {
        // Pairs with the exchange in DeadlineReached: either it sees the new invocation, or we see that it has fired.
        Interlocked.MemoryBarrier();
        var armed = Volatile.Read(ref armedFor);
        if (armed != NotArmed && armed >= startedAt && armed <= deadlineAt)
            return;
        Volatile.Write(ref armedFor, deadlineAt);
        deadlineTimer.Change(timeout, Timeout.InfiniteTimeSpan);
    }

    void DeadlineReached()
    {
        Interlocked.Exchange(ref armedFor, NotArmed);
        if (Running is null)
            return;

        var left = Volatile.Read(ref deadlineAt) - time.GetTimestamp();
        if (left <= 0)
        {
            Fail(FunctionFailure.TimedOut(Function.Timeout));
            return;
        }
        Volatile.Write(ref armedFor, deadlineAt);
        deadlineTimer.Change(TimeSpan.FromSeconds((double)left / time.TimestampFrequency) + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }

    void SandboxExited(SandboxExit exit) => Fail(FunctionFailure.Exited(exit));

    /// <summary>The node stops: the running invocation, if any, fails with it.</summary>
    public void Abandon() => Fail(new FunctionFailure("Runtime.ExitError", "The node was stopped before the function answered."));

    public void Freeze()
    {
        Sandbox.Freeze();
        frozen = true;
    }

    /// <summary>Takes the instance out of service for good and tells its fleet, once. Its sandbox is removed behind.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref ended, 1) != 0)
            return;
        Sandbox.Kill();
        owner.Gone(this);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await deadlineTimer.DisposeAsync();
        await Sandbox.DisposeAsync();
    }
}
