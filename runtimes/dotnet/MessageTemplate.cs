using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aloft.Runtime;

/// <summary>
/// <c>"{count} of {total:F1}"</c> and its values, in their order, or by their numbers where the names are numbers. <c>{@user}</c> is the
/// value as JSON.
/// </summary>
sealed class MessageTemplate
{
    readonly StringBuilder text = new();
    readonly Dictionary<string, object?> named = [];

    public MessageTemplate(string template, IReadOnlyList<object?> values)
    {
        var (at, next) = (0, 0);
        while (template.IndexOf('{', at) is >= 0 and var open && template.IndexOf('}', open) is >= 0 and var close)
        {
            text.Append(template, at, open - at);
            at = close + 1;
            var (name, format) = template[(open + 1)..close].Split(':', 2) is [var before, var after] ? (before, after) : (template[(open + 1)..close], null);
            var index = int.TryParse(name, CultureInfo.InvariantCulture, out var number) ? number : next++;
            if (index >= values.Count)
            {
                text.Append(template, open, at - open);
                continue;
            }
            var value = name.StartsWith('@') ? AsJson(values[index]) : values[index];
            text.Append(name.StartsWith('@') ? (value as JsonNode)?.ToJsonString(Failure.Readable) ?? "null"
                : format is not null && value is IFormattable formattable ? formattable.ToString(format, CultureInfo.CurrentCulture)
                : value);
            named[name.TrimStart('@')] = value;
        }
        text.Append(template, at, template.Length - at);
    }

    /// <summary>With the values in their places.</summary>
    public string Text => text.ToString();

    /// <summary>The values under their names, as members of a line in JSON.</summary>
    public void AddTo(JsonObject line)
    {
        foreach (var (name, value) in named)
            if (!line.ContainsKey(name))
                line[name] = value switch
                {
                    null => null,
                    JsonNode node => node,
                    bool or string or byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal
                        or DateTime or DateTimeOffset or IDictionary or IList => AsJson(value),
                    _ => value.ToString(),
                };
    }

    static JsonNode? AsJson(object? value)
    {
        try
        {
            return JsonSerializer.SerializeToNode(value, Failure.Readable);
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException or ArgumentException)
        {
            return value?.ToString();
        }
    }
}
