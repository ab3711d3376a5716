namespace Aloft;

/// <summary>What the program's exit status means, for every verb. Scripts rely on these numbers.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>
    /// What was asked for ran, and failed: the function answered with an error, a build failed, a check of <c>doctor</c> did not pass, a
    /// replay's answer differs.
    /// </summary>
    public const int Failed = 1;

    /// <summary>The command line or a file that it names is wrong. Nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>The node cannot be reached, or does not accept these credentials.</summary>
    public const int Unreachable = 3;

    /// <summary>The node refused the request: no such function, a value out of bounds, throttled.</summary>
    public const int Refused = 4;

    /// <summary><c>up</c> could not start: port or data folder in use, database down, isolation not available.</summary>
    public const int NotStarted = 5;

    /// <summary>A defect of Aloft itself (EX_SOFTWARE of sysexits).</summary>
    public const int Bug = 70;

    /// <summary>128 + SIGINT.</summary>
    public const int Interrupted = 130;

    public const string Help = """
        Exit codes: 0 done; 1 it ran and failed (function error, failed check); 2 wrong use; 3 node not reachable or access
        denied; 4 refused by the node; 5 the node could not start; 70 a defect in Aloft; 130 interrupted.
        """;
}
