namespace Aloft.Runtime;

/// <summary>As AWS's .NET library has them; their names are those of its methods, and of the members <c>level</c> in JSON.</summary>
enum LogLevel { Trace, Debug, Information, Warning, Error, Critical }

static class LogLevels
{
    /// <summary>In lines of text.</summary>
    public static string Shown(this LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        LogLevel.Critical => "crit",
        _ => "info",
    };

    /// <param name="name">As above, or as Lambda's <c>ApplicationLogLevel</c>; anything else is Information.</param>
    public static LogLevel Parse(string? name) => name?.ToUpperInvariant() switch
    {
        "TRACE" => LogLevel.Trace,
        "DEBUG" => LogLevel.Debug,
        "WARNING" or "WARN" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        "CRITICAL" or "FATAL" => LogLevel.Critical,
        _ => LogLevel.Information,
    };
}
