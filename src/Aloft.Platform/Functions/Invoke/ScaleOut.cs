namespace Aloft.Platform.Functions.Invoke;

/// <summary>
/// When a fleet starts another instance for those who wait: when their wait is expected to exceed, or has exceeded, what a cold start
/// takes. docs/decisions/0001-scale-out-by-expected-wait.md. Not thread-safe.
/// </summary>
internal sealed class ScaleOut(TimeProvider time)
{
    readonly ServiceTime service = new();
    int answers;
    long lastAnswer;

    /// <summary>How long no instance has answered, nor has one been added.</summary>
    public TimeSpan Silence => time.GetElapsedTime(lastAnswer);

    public void Answered(TimeSpan duration)
    {
        lastAnswer = time.GetTimestamp();
        answers = Math.Min(answers + 1, Limits.AnswersBeforeExpectation);
        service.Observe(duration);
    }

    public void Started() => lastAnswer = time.GetTimestamp();

    /// <summary>
    /// How many to start when one more has begun to wait. Each instance serves TolerableWait ÷ service time of them in tolerable time; a
    /// function that has never answered gets an instance for each. Its first few answers, which a new instance gives slowly and a loaded
    /// machine still more so, tell too little: then silence decides.
    /// </summary>
    /// <param name="mayCrowd">Another might only take the processors from others; that is found out in a moment, where it is known how long one takes.</param>
    public int ByExpectation(int waiting, int instances, int starting, bool mayCrowd = false)
    {
        if (instances + starting == 0)
            return 1;
        if (starting >= Limits.StartsAtOncePerFunction)
            return 0;
        if (!service.IsKnown)
            return waiting > starting ? 1 : 0;
        if (answers < Limits.AnswersBeforeExpectation || mayCrowd)
            return 0;

        var excess = waiting - (instances + starting) * service.AnsweredWithin(Limits.TolerableWait);
        return excess > 0 && starting < waiting ? 1 : 0;
    }

    /// <summary>
    /// The same, when somebody has waited: the start of an earlier look may have taken its time.
    /// </summary>
    /// <param name="first">Since when the first of those who wait has waited.</param>
    public int AtLook(int waiting, long first, int instances, int starting) =>
        instances + starting == 0 || (answers == Limits.AnswersBeforeExpectation && MayStart(waiting, first, starting))
            ? ByExpectation(waiting, instances, starting)
            : 0;

    /// <summary>
    /// Whether the expectation was wrong: somebody has waited, and no instance has answered for a while. While answers come, the wait is
    /// the machine's load, which more instances would only add to.
    /// </summary>
    public bool IsSilent(int waiting, long first, int starting) => MayStart(waiting, first, starting) && Silence >= Limits.SilenceBeforeStart;

    /// <summary>
    /// How many to start for silence. One a look where a pause of the whole machine may have made everybody overdue at once; as many again
    /// as are starting where no instance wants a processor: those wait for something else, and so would the callers.
    /// </summary>
    public static int ForSilence(bool mayBeLoad, int waiting, int starting) =>
        Math.Max(0, Math.Min(mayBeLoad ? 1 : Math.Max(1, starting), Math.Min(waiting, Limits.StartsAtOncePerFunction) - starting));

    /// <summary>
    /// Whether silence may be taken for want of a processor, which another instance would only add to, where it looks like that. For so
    /// long only: the look may be wrong.
    /// </summary>
    public bool MayBeStarved => Silence < Limits.LongestStarvation;

    bool MayStart(int waiting, long first, int starting) =>
        time.GetElapsedTime(first) >= Limits.TolerableWait && starting < Math.Min(waiting, Limits.StartsAtOncePerFunction);
}
