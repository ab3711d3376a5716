using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aloft.Terminal;

/// <summary>Prints for people and for programs. Answers go to standard output; everything about them goes to standard error.</summary>
internal sealed class Screen(Surroundings around)
{
    // Answers are read by people and programs, never by a browser: leave < and ü as they are.
    static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    static readonly JsonSerializerOptions Indented = new(OneLine) { WriteIndented = true };

    public void Line(string text = "") => around.Output.WriteLine(text);

    public void Note(string text) => around.Error.WriteLine(text);

    /// <summary>A document: indented for people who look at it on a terminal, on one line otherwise.</summary>
    public void Json(JsonNode? document) => Line(Text(document, around.OutputIsTerminal));

    /// <summary>One of several objects, each on its own line.</summary>
    public void JsonLine(JsonNode document) => Line(Text(document, indented: false));

    public void Table(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (around.OutputIsTerminal)
            SpectreTable.Write(around, columns, rows);
        else
            WriteColumns(columns, rows);
    }

    public string Dim(string text) => Styled("2", text);

    public string Bold(string text) => Styled("1", text);

    public string Good(string text) => Styled("32", text);

    public string Bad(string text) => Styled("31", text);

    public static string Text(JsonNode? document, bool indented) => document?.ToJsonString(indented ? Indented : OneLine) ?? "null";

    string Styled(string code, string text) => around.Colour ? $"\e[{code}m{text}\e[0m" : text;

    void WriteColumns(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = columns.Select((column, i) => rows.Select(row => row[i].Length).Append(column.Length).Max()).ToArray();
        foreach (var row in rows.Prepend([.. columns.Select(column => column.ToUpperInvariant())]))
            Line(string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    }
}
