using System.Text;
using Aloft.Platform.Functions.Extensions.Telemetry;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>Writes an instance's START, END and REPORT lines, with the kernel's figures. One invocation after the other.</summary>
internal sealed class InvocationReports(ISandbox sandbox, FunctionVersion function, InstanceOutput output, ILogStream stream, TimeProvider time)
{
    readonly SystemLog log = new(stream, function, time);
    SandboxUsage usage;
    TimeSpan? initToReport;
    bool runtimeDoneTold;

    /// <summary>Where the invocations are remembered; null where none are.</summary>
    public VersionBuffer? History { get; set; }

    /// <summary>Told of everything, too, where extensions have subscribed; else null.</summary>
    public TelemetryHub? Telemetry { get; set; }

    /// <summary>From here on, what the sandbox uses is its invocations'.</summary>
    public void Open(TimeSpan? initDuration)
    {
        initToReport = initDuration;
        usage = sandbox.Usage();
    }

    /// <summary>The sandbox has work and has had less than half of this time on a processor since the figures were last read.</summary>
    public bool LacksProcessor(TimeSpan within)
    {
        try
        {
            return sandbox.IsRunnable() && sandbox.Usage().CpuTime - usage.CpuTime < within / 2;
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            return false; // it is being removed
        }
    }

    public void Start(Invocation invocation)
    {
        output.Tail = invocation.Tail;
        log.Write(new(PlatformRecordKind.Start, time.GetUtcNow(), invocation.RequestId, function.Version), invocation.Tail);
        Telemetry?.Start(invocation);
    }

    /// <summary>Says what became of what START told, when the runtime ended between two invocations.</summary>
    public void NotBegun(Invocation? invocation, FunctionFailure failure)
    {
        if (invocation is null)
            return;
        output.Tail = null; // it collects the log of the instance that runs the invocation
        Say(invocation, $"{failure.Message}, after its last answer and before it began this invocation, which runs elsewhere.");
    }

    void Say(Invocation invocation, string error) =>
        output.Line(time.GetUtcNow(), Encoding.UTF8.GetBytes($"RequestId: {invocation.RequestId} Error: {error}"));

    /// <summary>The runtime has answered; extensions may be at work on the invocation still.</summary>
    public void RuntimeDone(Invocation invocation, TimeSpan duration, FunctionFailure? failure, bool isError, long producedBytes)
    {
        if (Telemetry is null || runtimeDoneTold)
            return;
        runtimeDoneTold = true;
        sandbox.DrainOutput(); // what the function said comes before the word that it is done
        Telemetry.RuntimeDone(invocation, duration, failure, isError, producedBytes);
    }

    /// <summary>Writes what is owed: the function's last output, the failure, END and REPORT, and remembers the invocation.</summary>
    /// <param name="measure">False where the last figures still hold: answers that came at once cannot be told apart.</param>
    public void End(Invocation invocation, in InvocationAnswer answer, TimeSpan duration, FunctionFailure? failure, bool measure)
    {
        try
        {
            var report = Report(invocation, duration, failure, measure);
            History?.Append(invocation, report, answer);
        }
        catch (Exception defect) // of ours: the caller is answered all the same
        {
            Say(invocation, $"Its end could not be recorded, which is a defect in Aloft: {defect}");
        }
    }

    PlatformRecord Report(Invocation invocation, TimeSpan duration, FunctionFailure? failure, bool measure)
    {
        var before = usage;
        if (measure)
        {
            sandbox.DrainOutput();
            usage = sandbox.Usage();
        }
        output.EndInvocation();
        var now = time.GetUtcNow();
        if (failure is not null)
            output.Line(now, log.FailureLine(failure, invocation.RequestId, now));

        var report = new PlatformRecord(PlatformRecordKind.Report, now, invocation.RequestId, function.Version)
        {
            Duration = duration < function.Timeout || failure is null ? duration : function.Timeout,
            InitDuration = initToReport,
            CpuTime = usage.CpuTime - before.CpuTime,
            MemoryMegabytes = function.MemoryMegabytes,
            PeakMemoryBytes = usage.PeakMemoryBytes,
            Status = failure?.Status,
            ErrorType = failure is { Status: "error" } ? failure.ErrorType : null,
            TraceId = invocation.TraceId.Contains("Sampled=1", StringComparison.Ordinal) ? invocation.TraceId : null, // else there is no trace to look up
        };
        log.End(report, invocation.Tail);
        if (Telemetry is not null)
            Tell(invocation, duration, failure, report);
        initToReport = null;
        output.Tail = null;
        return report;
    }

    void Tell(Invocation invocation, TimeSpan duration, FunctionFailure? failure, in PlatformRecord report)
    {
        RuntimeDone(invocation, duration, failure, isError: false, producedBytes: 0); // it has not been told yet where the runtime failed
        runtimeDoneTold = false;
        if (failure is not null)
            Telemetry!.Fault(invocation, failure);
        Telemetry!.Report(report, invocation);
    }
}
