namespace Aloft;

/// <summary>All that a verb sees of the process that runs it. Tests give their own.</summary>
internal sealed record Surroundings
{
    public required Stream Input { get; init; }

    public required TextWriter Output { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>A person reads <see cref="Output"/>: tables and colour. Otherwise plain text.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>The value of an environment variable; null when it is unset or empty.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>Absolute path that relative paths start from.</summary>
    public required string Folder { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The first SIGINT or SIGTERM: finish in good order.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>The second one: stop at once.</summary>
    public CancellationToken StopAtOnce { get; init; }

    /// <summary>https://no-color.org</summary>
    public bool Colour => OutputIsTerminal && Environment("NO_COLOR") is null && Environment("TERM") is not "dumb";

    public string PathOf(string path) => Path.GetFullPath(path, Folder);

    public static Surroundings OfThisProcess(Interrupts interrupts) => new()
    {
        Input = Console.OpenStandardInput(),
        Output = Console.Out,
        Error = Console.Error,
        OutputIsTerminal = !Console.IsOutputRedirected,
        Environment = name => System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
        Folder = System.Environment.CurrentDirectory,
        Stop = interrupts.First,
        StopAtOnce = interrupts.Second,
    };
}
