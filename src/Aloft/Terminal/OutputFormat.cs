using System.CommandLine;

namespace Aloft.Terminal;

/// <summary>For whom a verb prints.</summary>
internal enum OutputFormat
{
    /// <summary>People. A table on a terminal, plain columns in a pipe.</summary>
    Text,

    /// <summary>Programs: JSON on standard output and nothing else there.</summary>
    Json,
}

internal static class OutputOption
{
    public static Option<OutputFormat> Create() => new Option<OutputFormat>("--output", "-o")
    {
        Description = "text for people, json for programs",
        HelpName = "text|json",
        DefaultValueFactory = _ => OutputFormat.Text,
    }.AcceptOnlyFromAmong("text", "json");
}
