namespace Aloft.Platform.Functions.Invoke;

/// <summary>An answer that a runtime is writing in pieces: passed on to a caller who wants them, collected for one who wants the whole.</summary>
/// <param name="to">null for a caller who wants the whole, and for an invocation that has ended meanwhile.</param>
internal sealed class StreamedAnswer(string contentType, ResponseStream? to, Action<int> consumed)
{
    readonly MemoryStream? collected = to is null ? new() : null;

    public string ContentType { get; } = contentType;

    /// <summary>What was collected; empty where the caller has it already.</summary>
    public ReadOnlyMemory<byte> Whole => collected?.ToArray();

    public void Begin() => to?.Begin(ContentType, consumed);

    /// <summary>null when the piece was taken; else why the function cannot go on.</summary>
    public FunctionFailure? Write(byte[] piece)
    {
        if (to is not null)
            return !to.TryWrite(piece) ? new("Runtime.ProtocolError", "The runtime wrote more of its stream than it was granted.")
                : to.Total > Limits.StreamedResponseBytes ? FunctionFailure.StreamTooLarge()
                : null;

        if (collected!.Length + piece.Length > Limits.ResponseBytes)
            return FunctionFailure.ResponseTooLarge(collected.Length + piece.Length);
        collected.Write(piece);
        consumed(piece.Length);
        return null;
    }
}
