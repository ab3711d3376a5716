using System.Threading.Tasks.Sources;
using Aloft.Platform.Functions.History;
using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Functions.Invoke;

/// <summary>One event for one function version, from admission to its answer. Awaited once, by its caller.</summary>
internal sealed class Invocation(Guid requestId, FunctionVersion function, ReadOnlyMemory<byte> payload) : IValueTaskSource<InvocationAnswer>
{
    ManualResetValueTaskSourceCore<InvocationAnswer> completion;

    public Guid RequestId { get; } = requestId;

    public FunctionVersion Function { get; } = function;

    public ReadOnlyMemory<byte> Payload { get; } = payload;

    /// <summary>The ARN as the caller named it, qualifier included.</summary>
    public required string InvokedArn { get; init; }

    /// <summary>JSON, not base64; empty when there is none.</summary>
    public string ClientContext { get; init; } = "";

    /// <summary>The X-Ray trace header; empty when there is none.</summary>
    public string TraceId { get; init; } = "";

    /// <summary>Collects the last of the log where the caller asked for it.</summary>
    public LogTail? Tail { get; init; }

    /// <summary>Where the caller wants an answer that comes piece by piece; null when it waits for the whole.</summary>
    public ResponseStream? Stream { get; init; }

    public InvocationSource Source { get; init; }

    /// <summary>When it began to wait for an instance, in <see cref="TimeProvider"/> ticks.</summary>
    public long QueuedAt { get; set; }

    public ValueTask<InvocationAnswer> Answer => new(this, completion.Version);

    /// <summary>Called exactly once. The caller's continuation runs inside this call.</summary>
    public void Complete(in InvocationAnswer answer) => completion.SetResult(answer);

    InvocationAnswer IValueTaskSource<InvocationAnswer>.GetResult(short token) => completion.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<InvocationAnswer>.GetStatus(short token) => completion.GetStatus(token);

    void IValueTaskSource<InvocationAnswer>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        completion.OnCompleted(continuation, state, token, flags);
}

/// <summary>How an invocation that was admitted ended.</summary>
internal enum AnswerKind
{
    /// <summary>The handler returned.</summary>
    Returned,

    /// <summary>The function failed: an error of its code, a crash, a time-out, a limit. The payload is the error's JSON.</summary>
    FunctionError,

    /// <summary>No instance could be had for lack of memory on this node. The payload is empty.</summary>
    NoRoom,

    /// <summary>A sandbox could not be made. <see cref="InvocationAnswer.Reason"/> says why.</summary>
    NoSandbox,
}

/// <param name="ContentType">Of an answer that came in pieces, as the function named it; else null.</param>
internal readonly record struct InvocationAnswer(AnswerKind Kind, ReadOnlyMemory<byte> Payload, string? Reason = null, string? ContentType = null);

/// <summary>The last 4 KiB of one invocation's log.</summary>
internal sealed class LogTail
{
    readonly List<byte> bytes = [];

    public void Append(string line) => Append(System.Text.Encoding.UTF8.GetBytes(line));

    /// <summary>A line, with or without its line feed.</summary>
    public void Append(ReadOnlySpan<byte> line)
    {
        lock (bytes)
        {
            bytes.AddRange(line);
            if (!line.EndsWith((byte)'\n'))
                bytes.Add((byte)'\n');
            if (bytes.Count > Limits.TailBytes)
                bytes.RemoveRange(0, bytes.Count - Limits.TailBytes);
        }
    }

    public byte[] ToArray()
    {
        lock (bytes)
            return [.. bytes];
    }
}
