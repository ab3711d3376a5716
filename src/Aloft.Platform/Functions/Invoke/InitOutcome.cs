namespace Aloft.Platform.Functions.Invoke;

/// <summary>How the init phase ended.</summary>
internal abstract record InitOutcome
{
    InitOutcome() { }

    public sealed record Ready : InitOutcome;

    /// <summary>The code failed to load: the payload is the error's JSON.</summary>
    public sealed record Failed(ReadOnlyMemory<byte> Payload) : InitOutcome;

    /// <summary>The runtime ended, or did not come up in time.</summary>
    public sealed record Died(FunctionFailure Failure) : InitOutcome;

    public static readonly InitOutcome Done = new Ready();
}
