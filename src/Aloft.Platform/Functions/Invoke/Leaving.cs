namespace Aloft.Platform.Functions.Invoke;

/// <summary>How a runtime that has exited left.</summary>
/// <param name="Status">Its own exit status, which the sandbox's cannot always be told from a signal's; null where only that is known.</param>
/// <param name="HasBegun">False: not what it had been sent after its last answer.</param>
internal sealed record Leaving(int? Status, bool HasBegun);
