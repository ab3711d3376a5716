namespace Aloft;

/// <summary>Ends a verb. The message is the one line that the person at the terminal gets: what is wrong and what to do about it.</summary>
internal class CommandFailed(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>One of <see cref="Aloft.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;

    public static CommandFailed Usage(string message) => new(Aloft.ExitCode.Usage, message);
}
