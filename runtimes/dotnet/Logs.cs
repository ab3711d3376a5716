using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Aloft.Runtime;

delegate void LogSink(long milliseconds, ReadOnlySpan<byte> text);

/// <summary>
/// The console and the context's logger as log events: the time, the request id, the level and the text, between tabs; or as JSON.
/// https://docs.aws.amazon.com/lambda/latest/dg/csharp-logging.html
/// </summary>
sealed class Logs
{
    const int LongestEventBytes = (256 * 1024) - 26; // what is longer becomes several events. CloudWatch counts 26 bytes for each

    readonly LogSink sink;
    readonly LogWriter[] writers;
    bool isJson;
    bool isUnformatted;
    LogLevel least = LogLevel.Information;

    public Logs(LogSink sink)
    {
        this.sink = sink;
        writers = [new(this, LogLevel.Information), new(this, LogLevel.Error)];
    }

    /// <summary>Of the running invocation, or the last one; empty before the first.</summary>
    public string RequestId { get; set; } = "";

    public string TraceId { get; set; } = "";

    public void Capture()
    {
        Console.SetOut(writers[0]);
        Console.SetError(writers[1]);
    }

    /// <summary>Follows the function's LoggingConfig, and what its package's library takes from its environment.</summary>
    public void Configure()
    {
        isJson = Environment.GetEnvironmentVariable("AWS_LAMBDA_LOG_FORMAT") == "JSON";
        isUnformatted = !isJson && Environment.GetEnvironmentVariable("AWS_LAMBDA_HANDLER_LOG_FORMAT") == "Unformatted";
        least = LogLevels.Parse(Environment.GetEnvironmentVariable("AWS_LAMBDA_LOG_LEVEL") ?? Environment.GetEnvironmentVariable("AWS_LAMBDA_HANDLER_LOG_LEVEL"));
    }

    /// <summary>Sends what was written without a line feed yet.</summary>
    public void Flush(LogWriter? but = null)
    {
        foreach (var writer in writers)
            if (writer != but)
                writer.Flush();
    }

    /// <summary>What ended an invocation, or the start.</summary>
    public void Fault(Exception fault) => Write(LogLevel.Error, isJson ? fault.Message : fault.ToString(), null, isJson ? fault : null);

    /// <summary>Whether a message of this level is wanted.</summary>
    public bool Says(LogLevel level) => level >= least;

    public void Message(LogLevel level, MessageTemplate message, Exception? fault) =>
        Write(level, fault is null || isJson ? message.Text : $"{message.Text}\n{fault}", message, fault);

    /// <summary>What was written to the console.</summary>
    public void Line(LogLevel level, string text)
    {
        if (level >= least || !isJson) // a line of text says nothing of how important it is
            Write(level, text, null, null);
    }

    /// <summary>One event. Several lines stay one.</summary>
    void Write(LogLevel level, string text, MessageTemplate? message, Exception? fault)
    {
        var now = TimeProvider.System.GetUtcNow();
        var time = now.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var line = isJson ? Json(time, level, text, message, fault) : isUnformatted ? text : $"{time}\t{RequestId}\t{level.Shown()}\t{text}";
        var bytes = Encoding.UTF8.GetBytes(line);
        var start = 0;
        do
            sink(now.ToUnixTimeMilliseconds(), bytes.AsSpan(start, Math.Min(LongestEventBytes, bytes.Length - start)));
        while ((start += LongestEventBytes) < bytes.Length);
    }

    string Json(string time, LogLevel level, string text, MessageTemplate? message, Exception? fault)
    {
        var line = new JsonObject { ["timestamp"] = time, ["level"] = level.ToString() };
        if (RequestId.Length > 0)
            line["requestId"] = RequestId;
        if (TraceId.Length > 0)
            line["traceId"] = TraceId;
        line["message"] = text;
        if (fault is not null)
        {
            line["errorType"] = fault.GetType().FullName;
            line["errorMessage"] = fault.Message;
            line["stackTrace"] = new JsonArray([.. Failure.Stack(fault)]);
        }
        message?.AddTo(line);
        return line.ToJsonString(Failure.Readable);
    }
}

/// <summary>What is written, up to a write that ends a line, is one event: so is one <c>WriteLine</c> of several lines.</summary>
sealed class LogWriter(Logs logs, LogLevel level) : TextWriter
{
    const int LongestPending = 256 * 1024;

    readonly StringBuilder pending = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty)
            return;
        logs.Flush(but: this); // in the order of writing
        lock (pending)
        {
            pending.Append(value);
            if (value[^1] == '\n' || pending.Length > LongestPending)
                Send();
        }
    }

    public override void WriteLine(string? value) => Write($"{value}\n");

    public override void Flush()
    {
        lock (pending)
            if (pending.Length > 0)
                Send();
    }

    void Send()
    {
        if (pending[^1] == '\n')
            pending.Length--;
        var text = pending.ToString();
        pending.Clear();
        logs.Line(level, text);
    }
}
