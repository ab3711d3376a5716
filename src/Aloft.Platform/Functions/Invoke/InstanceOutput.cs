using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>Told of one line of output, without its line feed.</summary>
internal delegate void LineTap(DateTimeOffset timestamp, ReadOnlySpan<byte> line);

/// <summary>
/// A sandbox's standard output and error, cut into lines and appended to its log stream. Before there is a function to log for,
/// the last of it is kept, to say why a boot failed.
/// </summary>
internal sealed class InstanceOutput(TimeProvider time) : IOutputSink
{
    const int LongestLine = 64 * 1024;
    const int KeptBeforeAttach = 4 * 1024;

    readonly Lock gate = new();
    byte[] partial = new byte[256];
    int partialBytes;
    ILogStream? log;
    LogDetail least; // what is below it is not written

    /// <summary>Also told of every line, while extensions want to know; else null.</summary>
    public LineTap? Tap { get; set; }

    /// <summary>Where the running invocation's caller wants its log's end, or null. Before the first, the end of what the init phase said.</summary>
    public LogTail? Tail { get; set; }

    public void Attach(ILogStream stream, LogSettings settings)
    {
        lock (gate)
        {
            least = settings.IsJson ? settings.Application : LogDetail.Trace;
            partialBytes = 0;
            log = stream;
            Tail = new LogTail();
        }
    }

    /// <summary>What was printed before a function was attached.</summary>
    public string Early
    {
        get
        {
            lock (gate)
                return log is null ? System.Text.Encoding.UTF8.GetString(partial.AsSpan(0, partialBytes)).Trim() : "";
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            if (log is null)
            {
                if (partialBytes < KeptBeforeAttach)
                    Keep(bytes[..Math.Min(bytes.Length, KeptBeforeAttach - partialBytes)]);
                return;
            }

            var now = time.GetUtcNow();
            for (int feed; (feed = bytes.IndexOf((byte)'\n')) >= 0; bytes = bytes[(feed + 1)..])
            {
                if (partialBytes == 0)
                    Emit(now, bytes[..feed]);
                else
                {
                    Keep(bytes[..feed]);
                    EmitPartial(now);
                }
            }
            while (bytes.Length > 0)
            {
                var part = bytes[..Math.Min(bytes.Length, LongestLine - partialBytes)];
                Keep(part);
                bytes = bytes[part.Length..];
                if (partialBytes == LongestLine)
                    EmitPartial(now);
            }
        }
    }

    /// <summary>One event as a runtime framed it: may have several lines.</summary>
    public void Line(DateTimeOffset timestamp, ReadOnlySpan<byte> message)
    {
        lock (gate)
            Emit(timestamp, message);
    }

    /// <summary>A last line without a line feed belongs to the invocation that wrote it.</summary>
    public void EndInvocation()
    {
        if (Volatile.Read(ref partialBytes) == 0)
            return;
        lock (gate)
            if (partialBytes > 0 && log is not null)
                EmitPartial(time.GetUtcNow());
    }

    void EmitPartial(DateTimeOffset now)
    {
        Emit(now, partial.AsSpan(0, partialBytes));
        partialBytes = 0;
    }

    void Emit(DateTimeOffset timestamp, ReadOnlySpan<byte> line)
    {
        if (least > LogDetail.Trace && LineLevel.Of(line) < least)
            return;
        log?.Append(timestamp, line);
        Tail?.Append(line);
        if (Tap is { } tap)
            Tell(tap, timestamp, line);
    }

    static void Tell(LineTap tap, DateTimeOffset timestamp, ReadOnlySpan<byte> line)
    {
        while (line.Length > Limits.ToldLineBytes)
        {
            const int longestCharacter = 4;
            var cut = Limits.ToldLineBytes;
            while ((line[cut] & 0xC0) == 0x80 && cut > Limits.ToldLineBytes - longestCharacter)
                cut--; // a character's later byte
            tap(timestamp, line[..cut]);
            line = line[cut..];
        }
        tap(timestamp, line);
    }

    void Keep(ReadOnlySpan<byte> bytes)
    {
        if (partialBytes + bytes.Length > partial.Length)
            Array.Resize(ref partial, Math.Max(partial.Length * 2, partialBytes + bytes.Length));
        bytes.CopyTo(partial.AsSpan(partialBytes));
        partialBytes += bytes.Length;
    }
}
