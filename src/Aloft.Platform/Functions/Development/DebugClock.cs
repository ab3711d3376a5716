using Aloft.Platform.Functions.Invoke;

namespace Aloft.Platform.Functions.Development;

/// <summary>
/// For how long the time-out clock of an inspected function has stood still: while an invocation waits for a debugger, and while one is
/// attached.
/// </summary>
internal sealed class DebugClock(TimeProvider time)
{
    readonly Lock gate = new();
    int debuggers;
    bool waits;
    long stoppedAt;
    TimeSpan stood;
    TimeSpan before;

    bool Stands => debuggers > 0 || waits;

    /// <summary>An invocation begins.</summary>
    public void Begin()
    {
        lock (gate)
            before = Stood;
    }

    TimeSpan Stood => Stands ? stood + time.GetElapsedTime(stoppedAt) : stood;

    /// <summary>Since the invocation began. When the session is over no debugger can come any more, and nobody waits for one.</summary>
    public TimeSpan StoodFor(DevSession? session)
    {
        if (session is { IsOver: true })
            Wait(begins: false);
        lock (gate)
            return Stood - before;
    }

    /// <summary>The deadline was looked at too early: the clock has stood still, and may still.</summary>
    public void LookAgain(Deadline deadline, TimeSpan left) => deadline.Set(time.GetTimestamp(), left > Limits.ClockLook ? left : Limits.ClockLook);

    public bool IsAttached
    {
        get
        {
            lock (gate)
                return debuggers > 0;
        }
    }

    public void Attach() => Change(() => debuggers++);

    public void Detach() => Change(() => debuggers--);

    public void Wait(bool begins) => Change(() => waits = begins);

    void Change(Action change)
    {
        lock (gate)
        {
            var stood = Stands;
            change();
            if (!stood && Stands)
                stoppedAt = time.GetTimestamp();
            else if (stood && !Stands)
                this.stood += time.GetElapsedTime(stoppedAt);
        }
    }
}
