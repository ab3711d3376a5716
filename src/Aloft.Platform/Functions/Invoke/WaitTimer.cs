namespace Aloft.Platform.Functions.Invoke;

/// <summary>Has a fleet look, a moment later, at who waits. Not thread-safe: the fleet's, under its lock.</summary>
internal sealed class WaitTimer
{
    readonly ITimer timer;
    bool isArmed;

    public WaitTimer(Action look, TimeProvider time) =>
        timer = time.CreateTimer(static look => ((Action)look!)(), look, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Arm()
    {
        if (isArmed)
            return;
        isArmed = true;
        timer.Change(Limits.TolerableWait, Timeout.InfiniteTimeSpan);
    }

    public void HasStruck() => isArmed = false;
}
