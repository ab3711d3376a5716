using Aloft.Platform.Functions.Development;
using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>How long an instance's invocation has run, and when that is too long.</summary>
/// <param name="reached">As <see cref="Deadline"/> calls it: look at what is <see cref="Left"/>.</param>
internal sealed class InvocationClock(FunctionVersion function, TimeProvider time, Action reached) : IAsyncDisposable
{
    readonly Deadline deadline = new(time, reached);
    long startedAt;

    /// <summary>Of a function that a debugger may be attached to, for which it stands still meanwhile; else null.</summary>
    public DebugClock? Debugged { get; } = function.Session?.InspectPort is null ? null : new(time);

    /// <summary>Wall time.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(Volatile.Read(ref startedAt));

    /// <summary>Of the function's time-out.</summary>
    public TimeSpan Left => function.Timeout - Elapsed + (Debugged?.StoodFor(function.Session) ?? TimeSpan.Zero);

    public void Begin()
    {
        Volatile.Write(ref startedAt, time.GetTimestamp());
        Debugged?.Begin();
        SetAgain();
    }

    public void SetAgain() => deadline.Set(startedAt, function.Timeout);

    public void Clear() => deadline.Clear();

    /// <summary>The deadline was reached while something is left: a clock that stood still may go on doing so.</summary>
    public void LookAgain(TimeSpan left) => Debugged?.LookAgain(deadline, left);

    public ValueTask DisposeAsync() => deadline.DisposeAsync();
}
