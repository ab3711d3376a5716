using Aloft.Platform.Functions.Extensions.Telemetry;
using Aloft.Platform.Functions.Invoke;

namespace Aloft.Platform.Functions.Extensions;

/// <summary>The part that extensions have in an instance's init phase.</summary>
internal readonly struct ExtensionInit(ExtensionSet set, InstanceOutput output)
{
    public ExtensionSet Set => set;

    /// <summary>
    /// The runtime has loaded the function, or failed: the phase ends when each extension has asked for its first event. Costs nothing where
    /// there is none.
    /// </summary>
    /// <param name="began">When the phase began, in <see cref="TimeProvider"/> ticks.</param>
    public async ValueTask<InitOutcome> Complete(Instance instance, InitOutcome outcome, long began, TimeSpan patience, TimeProvider time)
    {
        set.CloseRegistration();
        if (!set.Any)
            return outcome;

        var telemetry = set.Telemetry;
        output.Tap = (when, line) => telemetry.Line(RecordTypes.Function, when, line);
        var (status, errorType) = StatusOf(outcome);
        telemetry.InitRuntimeDone(status, errorType);
        if (outcome is InitOutcome.Ready)
            outcome = await WhenReady(outcome, began, patience, time);
        set.TellAll();
        (status, errorType) = StatusOf(outcome);
        telemetry.InitReport(time.GetElapsedTime(began), status, errorType);
        if (!telemetry.HasSubscribers)
            output.Tap = null;
        instance.Attach(set);
        return outcome;
    }

    async ValueTask<InitOutcome> WhenReady(InitOutcome outcome, long began, TimeSpan patience, TimeProvider time)
    {
        var left = patience - time.GetElapsedTime(began);
        using var limit = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        return await Failing(set, set.WhenReady(limit.Token), patience) ?? outcome;
    }

    /// <returns>How the phase failed, where an extension failed or time ran out; null when the step was taken.</returns>
    public static async ValueTask<InitOutcome?> Failing(ExtensionSet set, Task step, TimeSpan patience)
    {
        var first = await Task.WhenAny(set.Failed, step); // where both have completed, the first that is named
        if (first == set.Failed)
            return new InitOutcome.Died(await set.Failed);
        try
        {
            await step;
            return null;
        }
        catch (OperationCanceledException)
        {
            return new InitOutcome.Died(FunctionFailure.TimedOut(patience));
        }
    }

    static (string Status, string? ErrorType) StatusOf(InitOutcome outcome) => outcome switch
    {
        InitOutcome.Ready => ("success", null),
        InitOutcome.Died { Failure: { Status: "timeout" } } => ("timeout", null),
        InitOutcome.Died { Failure: var failure } => ("error", failure.ErrorType),
        _ => ("error", "Runtime.Unknown"),
    };
}
