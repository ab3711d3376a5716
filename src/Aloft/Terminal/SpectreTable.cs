using Spectre.Console;

namespace Aloft.Terminal;

/// <summary>Apart from <see cref="Screen"/>, so that a verb that prints no table on a terminal does not load Spectre.</summary>
internal static class SpectreTable
{
    public static void Write(Surroundings around, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(around.Output),
            ColorSystem = around.Colour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in columns)
            table.AddColumn(new TableColumn($"[bold]{Markup.Escape(column)}[/]"));
        foreach (var row in rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        console.Write(table);
    }
}
