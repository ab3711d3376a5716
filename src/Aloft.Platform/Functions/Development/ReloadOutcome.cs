namespace Aloft.Platform.Functions.Development;

/// <summary>What became of a change in one sandbox.</summary>
public enum ReloadState
{
    /// <summary>The same process has loaded it.</summary>
    Live,

    /// <summary>The sandbox runs an invocation, and will load it before the next.</summary>
    Busy,

    /// <summary>The sandbox was started with it.</summary>
    New,

    /// <summary>The sandbox ended over it, or could not be started; the next invocation gets another.</summary>
    Gone,
}

/// <param name="Sandbox">Its id; empty where there is none.</param>
/// <param name="Failure">Why the code could not be loaded, as the function's callers are told: the error's JSON. Else null.</param>
public sealed record ReloadOutcome(string Sandbox, ReloadState State, string? Failure);
