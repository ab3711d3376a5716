using Microsoft.Extensions.Logging;

namespace Aloft.Logging;

/// <summary>The node's own log: a line each, for people on standard error, or as JSON on standard output.</summary>
internal static class LineLoggers
{
    public static ILoggerFactory Create(Surroundings around, bool json)
    {
        var output = TextWriter.Synchronized(json ? around.Output : around.Error);
        var provider = new LineLoggerProvider(output, json ? JsonLine.Format : PlainLine.Format, around.Clock);
        var filter = new LoggerFilterOptions { MinLevel = LogLevel.Information };
        filter.Rules.Add(new LoggerFilterRule(null, "Microsoft", LogLevel.Warning, null));
        return new LoggerFactory([provider], filter);
    }
}

/// <summary>One thing that was logged.</summary>
internal readonly record struct LogEntry(
    DateTimeOffset Time, LogLevel Level, string Source, string Message, IReadOnlyList<KeyValuePair<string, object?>> Values, Exception? Fault);

internal sealed class LineLoggerProvider(TextWriter output, Func<LogEntry, string> format, TimeProvider clock) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new LineLogger(categoryName, output, format, clock);

    public void Dispose() => output.Flush();

    sealed class LineLogger(string source, TextWriter output, Func<LogEntry, string> format, TimeProvider clock) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
            output.WriteLine(format(new(clock.GetUtcNow(), logLevel, source, formatter(state, exception), values, exception)));
        }
    }
}
