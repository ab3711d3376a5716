namespace Aloft.Platform.Functions.Registry;

/// <summary>
/// How a function's log is written, and from which level on. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html
/// </summary>
/// <param name="Application">Of the function's own lines; counts only with <paramref name="IsJson"/>.</param>
/// <param name="System">Of the platform's lines, <c>Debug</c>, <c>Info</c> or <c>Warn</c>; counts only with <paramref name="IsJson"/>.</param>
public sealed record LogSettings(bool IsJson, LogDetail Application, LogDetail System)
{
    public static readonly LogSettings Text = new(IsJson: false, LogDetail.Info, LogDetail.Info);
}

/// <summary>From the most to the least said. Persisted by name.</summary>
public enum LogDetail { Trace, Debug, Info, Warn, Error, Fatal }
