namespace Aloft.Runtime;

delegate void FrameSink(ToAloft kind, Span<byte> frame);

/// <summary>Answers INVOKE frames, one at a time and in their order.</summary>
sealed class Invocations(Init init, Handler handler, Logs logs, FrameSink send)
{
    const string TraceIdName = "_X_AMZN_TRACE_ID";

    /// <summary>A buffer that a large answer made is let go after it.</summary>
    const int KeptBytes = 1024 * 1024;

    string traceId = "";
    AnswerStream answer = new();

    /// <summary>An invocation has begun and is not answered.</summary>
    public bool IsRunning { get; private set; }

    public void Answer(ReadOnlyMemory<byte> payload)
    {
        var invocation = Invocation.Read(payload);
        (logs.RequestId, logs.TraceId) = (invocation.RequestId, invocation.TraceId);
        Trace(invocation.TraceId);
        IsRunning = true;
        try
        {
            answer.Begin();
            handler.Run(invocation, new LambdaContext(init, invocation, logs), answer);
            logs.Flush();
            IsRunning = false;
            if (answer.Length > Channel.LargestFrame)
                Fail(Failure.TooLarge(), Failure.ResponseTooLarge);
            else
                send(ToAloft.Response, answer.Frame);
        }
        catch (Exception fault)
        {
            IsRunning = false;
            Fail(Failure.Json(fault), Failure.Bare(fault));
        }
        if (answer.Capacity > KeptBytes)
            answer = new();
    }

    /// <summary>What nobody caught, on whatever thread: the running invocation's answer, and the process's last word.</summary>
    public void Crash(Exception fault)
    {
        if (IsRunning)
            Fail(Failure.Json(fault), fault, ToAloft.Fatal);
    }

    void Fail(byte[] json, Exception logged, ToAloft kind = ToAloft.Error)
    {
        logs.Flush();
        logs.Fault(logged);
        send(kind, [.. new byte[Channel.HeaderBytes], .. json]);
    }

    /// <summary>X-Ray's header, where the SDKs look for it.</summary>
    void Trace(string id)
    {
        if (id == traceId)
            return;
        traceId = id;
        Environment.SetEnvironmentVariable(TraceIdName, id.Length > 0 ? id : null);
    }
}

/// <summary>Collects an answer behind the room for its frame's header. A serializer may close it; that changes nothing.</summary>
sealed class AnswerStream : MemoryStream
{
    public void Begin()
    {
        SetLength(Channel.HeaderBytes);
        Position = Channel.HeaderBytes;
    }

    public Span<byte> Frame => GetBuffer().AsSpan(0, (int)Length);

    protected override void Dispose(bool disposing)
    {
    }
}
