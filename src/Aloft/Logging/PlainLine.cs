using Microsoft.Extensions.Logging;

namespace Aloft.Logging;

/// <summary><c>12:00:00.000 warning: The disk is nearly full</c></summary>
internal static class PlainLine
{
    public static string Format(LogEntry entry)
    {
        var line = $"{entry.Time:HH:mm:ss.fff} {Name(entry.Level)}{entry.Message}";
        return entry.Fault is null ? line : $"{line}{Environment.NewLine}{entry.Fault}";
    }

    static string Name(LogLevel level) => level switch
    {
        LogLevel.Critical or LogLevel.Error => "error: ",
        LogLevel.Warning => "warning: ",
        _ => "",
    };
}
