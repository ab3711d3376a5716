using Aloft.Platform.Functions.Registry;

namespace Aloft.Platform.Functions.History;

/// <summary>What brought an invocation about. Persisted: never renumber.</summary>
public enum InvocationSource : byte
{
    /// <summary>A caller who waited, by the API.</summary>
    Api = 0,

    /// <summary>A delivery: an asynchronous invocation, of which there may be several by one request id.</summary>
    Event = 1,

    Url = 2,

    Replay = 3,
}

/// <summary>One invocation in figures.</summary>
/// <param name="Init">Of a cold start; else null.</param>
/// <param name="Cpu">By the kernel's account.</param>
/// <param name="ErrorType">What it failed with; null when it went well.</param>
/// <param name="AnswerBytes">The length of the answer, kept or not; a failed one's is its error.</param>
/// <param name="Streamed">The answer came piece by piece.</param>
public readonly record struct InvocationFigures(
    Guid RequestId, DateTimeOffset EndedAt, InvocationSource Source, TimeSpan Duration, TimeSpan? Init, TimeSpan Cpu, long PeakBytes,
    string? ErrorType, long EventBytes, long AnswerBytes, bool Streamed)
{
    public bool Failed => ErrorType is not null;

    /// <summary>When the function, or its init phase, began.</summary>
    public DateTimeOffset BeganAt => EndedAt - Duration - (Init ?? TimeSpan.Zero);

    /// <summary>What AWS counts: the handler and, since August 2025, every init phase, together rounded up to 1 ms.</summary>
    /// <remarks>https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/</remarks>
    public long BilledMs => (long)Math.Ceiling((Duration + (Init ?? TimeSpan.Zero)).TotalMilliseconds);
}

/// <summary>What it was given and what it gave. All but <paramref name="Answer"/> and its digest are there or missing together.</summary>
/// <param name="Qualifier">As the caller named it; empty for none.</param>
/// <param name="ContentType">Of a streamed answer; else empty.</param>
/// <param name="Answer">Null when it was not kept.</param>
/// <param name="AnswerDigest">SHA-256 of an answer that was too long to be kept.</param>
public readonly record struct InvocationContent(
    ReadOnlyMemory<byte> Event, string Qualifier, string ClientContext, string TraceId, string ContentType,
    ReadOnlyMemory<byte>? Answer, byte[]? AnswerDigest);

/// <summary>An invocation as it is remembered.</summary>
/// <param name="Function">The version that ran, as it was then.</param>
/// <param name="Content">Null when only the figures were kept.</param>
public sealed record RecordedInvocation(FunctionVersion Function, InvocationFigures Figures, InvocationContent? Content);
