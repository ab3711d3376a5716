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

    bool Stands => debuggers > 0 || waits;

    public TimeSpan Stood
    {
        get
        {
            lock (gate)
                return Stands ? stood + time.GetElapsedTime(stoppedAt) : stood;
        }
    }

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
