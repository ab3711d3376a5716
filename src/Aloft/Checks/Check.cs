namespace Aloft.Checks;

/// <summary>One thing that was looked at.</summary>
/// <param name="Detail">What was found.</param>
/// <param name="Fix">What to do about it; null when there is nothing to do.</param>
internal sealed record Check(string Name, Verdict Verdict, string Detail, string? Fix = null);

internal enum Verdict
{
    Good,

    /// <summary>A node runs, without something.</summary>
    Limits,

    /// <summary>A node cannot run.</summary>
    Fails,
}
