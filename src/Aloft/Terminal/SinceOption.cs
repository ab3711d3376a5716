using System.CommandLine;

namespace Aloft.Terminal;

/// <summary>How far back a verb looks.</summary>
internal static class SinceOption
{
    public static Option<string> Create(string usual) => new("--since")
    {
        Description = "How far back to look: 30s, 10m, 2h, 1d", HelpName = "span", DefaultValueFactory = _ => usual,
    };

    /// <summary>The span. Throws what is wrong with it.</summary>
    public static TimeSpan Parse(string text) => Quantity.ParseSpan(text)
        ?? throw CommandFailed.Usage($"--since {text}: give a number and s, m, h or d, such as 10m.");
}
