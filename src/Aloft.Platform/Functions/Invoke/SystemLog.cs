using System.Text;
using Aloft.Platform.CloudWatch.Chunks;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Functions.Standby;
using Aloft.Platform.Kernel;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>
/// The platform's lines in a function's log, in the format and from the level that the function asks for. In text all are written.
/// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
/// </summary>
internal sealed class SystemLog(ILogStream stream, FunctionVersion function, TimeProvider time, InitializationType type = Invoke.InitializationType.OnDemand)
{
    readonly LogSettings settings = function.Logging;

    /// <summary>Of the instance whose log it is.</summary>
    public string InitializationType { get; } = type.Text();

    /// <summary>The lines that end an invocation; in JSON the first is for who wants details, or when it failed.</summary>
    public void End(in PlatformRecord report, LogTail? tail)
    {
        Write(
            settings.IsJson
                ? report with { Kind = PlatformRecordKind.End }
                : new(PlatformRecordKind.End, report.Timestamp, report.RequestId, report.Version),
            tail);
        Write(report, tail);
    }

    /// <summary>One of the lines that bracket an invocation.</summary>
    public void Write(in PlatformRecord record, LogTail? tail)
    {
        if (!settings.IsJson)
        {
            stream.AppendPlatform(record);
            tail?.Append(PlatformLines.Render(record));
            return;
        }

        var usual = record.Kind == PlatformRecordKind.End ? LogDetail.Debug : LogDetail.Info;
        if (!Wanted(record.Status is null ? usual : LogDetail.Warn))
            return;
        var json = record with { IsJson = true };
        if (record.Kind == PlatformRecordKind.End)
            Append(PlatformLines.Render(json)); // with its status and duration, which the stored figures of an end have not
        else
            stream.AppendPlatform(json);
        tail?.Append(PlatformLines.Render(json));
    }

    public void InitStart(RuntimeChoice runtime)
    {
        var actual = runtime.Exact
            ? runtime.Actual
            : $"{runtime.Actual} ({runtime.Requested} is not installed on this machine; this is the nearest)";
        if (!settings.IsJson)
            Append($"INIT_START Runtime Version: {actual}");
        else if (Wanted(LogDetail.Info))
            Append(PlatformJson.InitStart(time.GetUtcNow(), InitializationType, actual, function.Key.Name, function.Version));
    }

    /// <summary>Of an init phase that did not succeed.</summary>
    public void InitReport(TimeSpan took, string status, string? errorType)
    {
        var errorShown = status == "timeout" ? null : errorType;
        Append(settings.IsJson
            ? PlatformJson.InitReport(time.GetUtcNow(), InitializationType, took, status, errorShown)
            : FormattableString.Invariant($"INIT_REPORT Init Duration: {took.TotalMilliseconds:F2} ms\tPhase: init\tStatus: {status}")
                + (errorShown is null ? "" : $"\tError Type: {errorShown}"));
    }

    /// <summary>How far an extension has come when the init phase ends, or why it failed.</summary>
    public void Extension(string name, string state, IReadOnlyList<string> events, string? errorType)
    {
        if (!settings.IsJson)
            Append($"EXTENSION\tName: {name}\tState: {state}\tEvents: [{string.Join(", ", events)}]" + (errorType is null ? "" : $"\tError Type: {errorType}"));
        else if (Wanted(errorType is null ? LogDetail.Info : LogDetail.Warn))
            Append(PlatformJson.Extension(time.GetUtcNow(), name, state, events, errorType));
    }

    /// <param name="api">Telemetry or Logs.</param>
    public void Subscription(string api, string extension, IReadOnlyList<string> types)
    {
        if (!settings.IsJson)
            Append($"{api.ToUpperInvariant()}\tName: {extension}\tState: Subscribed\tTypes: [{string.Join(", ", types)}]");
        else if (Wanted(LogDetail.Info))
            Append(PlatformJson.Subscription(time.GetUtcNow(), extension, types));
    }

    /// <summary>The line that tells of a failure, before the end of its invocation.</summary>
    public byte[] FailureLine(FunctionFailure failure, Guid requestId, DateTimeOffset now) => settings.IsJson
        ? Encoding.UTF8.GetBytes(PlatformJson.Failure(now, requestId, failure.ErrorType, failure.Message))
        : failure.LogLine(requestId, now);

    bool Wanted(LogDetail level) => level >= settings.System;

    void Append(string line) => stream.Append(time.GetUtcNow(), Encoding.UTF8.GetBytes(line));
}
