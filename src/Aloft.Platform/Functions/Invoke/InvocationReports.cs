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

    /// <summary>From here on, what the sandbox uses is its invocations'.</summary>
    public void Open(TimeSpan initDuration)
    {
        initToReport = initDuration;
        usage = sandbox.Usage();
    }

    public void Start(Invocation invocation)
    {
        output.Tail = invocation.Tail;
        log.Write(new(PlatformRecordKind.Start, time.GetUtcNow(), invocation.RequestId, function.Version), invocation.Tail);
    }

    /// <summary>Writes what is owed: the function's last output, the failure, END and REPORT, which it returns.</summary>
    /// <param name="measure">False where the last figures still hold: answers that came at once cannot be told apart.</param>
    public PlatformRecord End(Invocation invocation, TimeSpan duration, FunctionFailure? failure, bool measure)
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
            TraceId = invocation.TraceId.Length > 0 ? invocation.TraceId : null,
        };
        log.End(report, invocation.Tail);
        initToReport = null;
        output.Tail = null;
        return report;
    }
}
