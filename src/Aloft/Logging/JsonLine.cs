using System.Globalization;
using System.Text.Json.Nodes;
using Aloft.Terminal;
using Microsoft.Extensions.Logging;

namespace Aloft.Logging;

/// <summary><c>{"time": …, "level": "warning", "source": …, "message": …, "values": {…}, "error": …}</c> on one line.</summary>
internal static class JsonLine
{
    public static string Format(LogEntry entry)
    {
        var line = Begin(entry.Time, entry.Level);
        line["source"] = entry.Source;
        line["message"] = entry.Message;
        var values = new JsonObject();
        foreach (var (name, value) in entry.Values)
            if (name != "{OriginalFormat}")
                values[name] = Node(value);
        if (values.Count > 0)
            line["values"] = values;
        if (entry.Fault is not null)
            line["error"] = entry.Fault.ToString();
        return Screen.Text(line, indented: false);
    }

    public static JsonObject Begin(DateTimeOffset time, LogLevel level) => new()
    {
        ["time"] = time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
        ["level"] = level.ToString().ToLowerInvariant(),
    };

    static JsonNode? Node(object? value) => value switch
    {
        null => null,
        bool flag => flag,
        int number => number,
        long number => number,
        double number when double.IsFinite(number) => number,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
