using System.Globalization;
using System.Text;

namespace Aloft.Runtime;

delegate void LogSink(long milliseconds, ReadOnlySpan<byte> text);

/// <summary>
/// The console and the context's logger as log events: the time, the request id, the level and the text, between tabs.
/// https://docs.aws.amazon.com/lambda/latest/dg/csharp-logging.html
/// </summary>
sealed class Logs
{
    const int LongestEventBytes = 256 * 1024; // what is longer becomes several events

    readonly LogSink sink;
    readonly LogWriter[] writers;

    public Logs(LogSink sink)
    {
        this.sink = sink;
        writers = [new(this, "info"), new(this, "fail")];
    }

    /// <summary>Of the running invocation; empty while code is loaded.</summary>
    public string RequestId { get; set; } = "";

    public void Capture()
    {
        Console.SetOut(writers[0]);
        Console.SetError(writers[1]);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Flush();
    }

    /// <summary>Sends what was written without a line feed yet.</summary>
    public void Flush(LogWriter? but = null)
    {
        foreach (var writer in writers)
            if (writer != but)
                writer.Flush();
    }

    /// <summary>One event. Several lines stay one.</summary>
    public void Line(string level, ReadOnlySpan<char> text)
    {
        var now = TimeProvider.System.GetUtcNow();
        var prefix = string.Create(CultureInfo.InvariantCulture, $"{now:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\t{RequestId}\t{level}\t");
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(prefix.Length + text.Length)];
        var length = Encoding.UTF8.GetBytes(prefix, bytes);
        length += Encoding.UTF8.GetBytes(text, bytes.AsSpan(length));
        for (var start = 0; start < length; start += LongestEventBytes)
            sink(now.ToUnixTimeMilliseconds(), bytes.AsSpan(start, Math.Min(LongestEventBytes, length - start)));
    }
}

/// <summary>What is written, up to a write that ends a line, is one event: so is one <c>WriteLine</c> of several lines.</summary>
sealed class LogWriter(Logs logs, string level) : TextWriter
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
