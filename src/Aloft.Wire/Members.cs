using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Aloft.Wire;

/// <summary>
/// The members of one input structure, whatever protocol brought them. Reading a member checks its type at once
/// (<c>SerializationException</c>) and its constraints together at <see cref="Done"/> (<c>ValidationException</c>, in AWS's words).
/// A member that was sent but read by nobody is refused by name: nothing is silently ignored.
/// </summary>
public sealed class Members
{
    readonly Dictionary<string, JsonElement> values;
    readonly HashSet<string> read = [];
    readonly List<string> faults;
    readonly string path;

    Members(Dictionary<string, JsonElement> values, string path, List<string> faults) =>
        (this.values, this.path, this.faults) = (values, path, faults);

    /// <summary>Of a parsed object. A JSON null counts as absent, as in AWS.</summary>
    public static Members Of(JsonElement structure, string path = "") => Of(structure, path, []);

    public static Members Empty() => new([], "", []);

    static Members Of(JsonElement structure, string path, List<string> faults)
    {
        if (structure.ValueKind != JsonValueKind.Object)
            throw Serialization(
                $"{Kind(structure)} found where a structure was expected{(path.Length > 0 ? $" at '{path.TrimEnd('.')}'" : "")}.");

        var values = new Dictionary<string, JsonElement>();
        foreach (var member in structure.EnumerateObject())
            if (member.Value.ValueKind != JsonValueKind.Null)
                values[member.Name] = member.Value;
        return new(values, path, faults);
    }

    /// <summary>Of a body. Empty counts as <c>{}</c>.</summary>
    public static Members Parse(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty)
            return Empty();
        try
        {
            if (JsonText.Flaw(json.Span) is { } flaw)
                throw Serialization(flaw);
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 64 });
            return Of(document.RootElement.Clone());
        }
        catch (JsonException fault)
        {
            throw Serialization($"Could not parse request body into json: {fault.Message}");
        }
    }

    public bool Has(string name) => values.ContainsKey(name);

    /// <summary>Adds a member that came by another way (path, query, header), so that one set of rules covers it.</summary>
    public Members With(string name, string? text)
    {
        if (text is not null)
            values[name] = JsonSerializer.SerializeToElement(text);
        return this;
    }

    public string? OptionalString(
        string name, int min = 0, int max = int.MaxValue, Regex? pattern = null, IReadOnlyList<string>? among = null)
    {
        if (!Take(name, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.String)
            throw Serialization($"{Kind(value)} can not be converted to a String at '{Path(name)}'.");

        var text = value.GetString()!;
        Check(name, text, min, max, pattern, among);
        return text;
    }

    /// <summary>Empty when absent; then <see cref="Done"/> throws.</summary>
    public string RequiredString(
        string name, int min = 0, int max = int.MaxValue, Regex? pattern = null, IReadOnlyList<string>? among = null)
    {
        if (!Has(name))
            Missing(name);
        return OptionalString(name, min, max, pattern, among) ?? "";
    }

    public long? OptionalLong(string name, long min = long.MinValue, long max = long.MaxValue)
    {
        if (!Take(name, out var value))
            return null;

        long number;
        if (value.ValueKind == JsonValueKind.String && long.TryParse(value.GetString(), CultureInfo.InvariantCulture, out var fromText))
            number = fromText; // query and header parameters arrive as text
        else if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out number))
            throw Serialization($"{Kind(value)} can not be converted to an Integer at '{Path(name)}'.");

        if (number < min)
            Fault(name, number.ToString(CultureInfo.InvariantCulture), $"Member must have value greater than or equal to {min}");
        if (number > max)
            Fault(name, number.ToString(CultureInfo.InvariantCulture), $"Member must have value less than or equal to {max}");
        return number;
    }

    public int? OptionalInt(string name, int min = int.MinValue, int max = int.MaxValue) => (int?)OptionalLong(name, min, max);

    public long RequiredLong(string name, long min = long.MinValue, long max = long.MaxValue)
    {
        if (!Has(name))
            Missing(name);
        return OptionalLong(name, min, max) ?? 0;
    }

    public bool? OptionalBool(string name)
    {
        if (!Take(name, out var value))
            return null;
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String when bool.TryParse(value.GetString(), out var parsed) => parsed,
            _ => throw Serialization($"{Kind(value)} can not be converted to a Boolean at '{Path(name)}'."),
        };
    }

    /// <summary>A blob: base64 in JSON.</summary>
    public byte[]? OptionalBytes(string name)
    {
        if (!Take(name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes))
            return bytes;
        throw Serialization($"The value at '{Path(name)}' is not base64.");
    }

    public IReadOnlyList<string>? OptionalStrings(
        string name, int minCount = 0, int maxCount = int.MaxValue, Regex? pattern = null, IReadOnlyList<string>? among = null,
        int min = 0, int max = int.MaxValue)
    {
        if (!Take(name, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.Array)
            throw Serialization($"{Kind(value)} can not be converted to a List at '{Path(name)}'.");

        var items = new List<string>();
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String)
                throw Serialization($"{Kind(item)} can not be converted to a String in '{Path(name)}'.");
            items.Add(item.GetString()!);
            Check(name, items[^1], min, max, pattern, among);
        }
        CheckCount(name, $"[{string.Join(", ", items)}]", items.Count, minCount, maxCount);
        return items;
    }

    public IReadOnlyDictionary<string, string>? OptionalMap(string name, int maxCount = int.MaxValue)
    {
        if (!Take(name, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.Object)
            throw Serialization($"{Kind(value)} can not be converted to a Map at '{Path(name)}'.");

        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in value.EnumerateObject())
            map[entry.Name] = entry.Value.ValueKind switch
            {
                JsonValueKind.String => entry.Value.GetString()!,
                JsonValueKind.Null => "",
                _ => throw Serialization($"{Kind(entry.Value)} can not be converted to a String at '{Path(name)}.{entry.Name}'."),
            };
        CheckCount(name, $"{{{string.Join(", ", map.Keys)}}}", map.Count, 0, maxCount);
        return map;
    }

    /// <summary>A map of numbers.</summary>
    public IReadOnlyDictionary<string, double>? OptionalNumbers(string name)
    {
        if (!Take(name, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.Object)
            throw Serialization($"{Kind(value)} can not be converted to a Map at '{Path(name)}'.");

        var map = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var entry in value.EnumerateObject())
            map[entry.Name] = entry.Value.ValueKind == JsonValueKind.Number
                ? entry.Value.GetDouble()
                : throw Serialization($"{Kind(entry.Value)} can not be converted to a Double at '{Path(name)}.{entry.Name}'.");
        return map;
    }

    /// <summary>A nested structure. Its faults join this one's; call its <see cref="Done"/> too: it refuses unread members.</summary>
    public Members? OptionalStructure(string name) =>
        Take(name, out var value) ? Of(value, Path(name) + ".", faults) : null;

    public IReadOnlyList<Members>? OptionalStructures(string name, int maxCount = int.MaxValue)
    {
        if (!Take(name, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.Array)
            throw Serialization($"{Kind(value)} can not be converted to a List at '{Path(name)}'.");

        var items = value.EnumerateArray().Select((item, i) => Of(item, $"{Path(name)}.{i + 1}.member.", faults)).ToList();
        CheckCount(name, $"{items.Count} items", items.Count, 0, maxCount);
        return items;
    }

    /// <summary>Accepts a member only at a value that means what Aloft does anyway; refuses any other by name.</summary>
    public void OnlyDefault(string name, Func<JsonElement, bool> isDefault)
    {
        if (Take(name, out var value) && !isDefault(value))
            throw NotHonoured(Path(name));
    }

    /// <summary>Throws for every broken constraint at once, and for members that nobody read.</summary>
    public void Done()
    {
        if (faults.Count > 0)
            throw ApiError.Validation(
                $"{faults.Count} validation error{(faults.Count == 1 ? "" : "s")} detected: {string.Join("; ", faults)}");
        foreach (var name in values.Keys)
            if (!read.Contains(name))
                throw NotHonoured(path + name);
    }

    static ApiError NotHonoured(string member) => new(
        "InvalidParameterValueException", 400,
        $"The parameter {member} is not supported by Aloft yet. Remove it, or see COMPATIBILITY.md.");

    public static ApiError Serialization(string message) => new("SerializationException", 400, message);

    bool Take(string name, out JsonElement value)
    {
        read.Add(name);
        return values.TryGetValue(name, out value);
    }

    /// <summary>Records that a structure, list or map is missing, for <see cref="Done"/>; text and numbers have methods for both.</summary>
    public void Require(string name)
    {
        if (!Has(name))
            Missing(name);
    }

    void Missing(string name) => faults.Add($"Value null at '{Path(name)}' failed to satisfy constraint: Member must not be null");

    /// <summary>Records a broken constraint, in AWS's words, for <see cref="Done"/>.</summary>
    public void Fault(string name, string value, string constraint) =>
        faults.Add($"Value '{Shorten(value)}' at '{Path(name)}' failed to satisfy constraint: {constraint}");

    void Check(string name, string text, int min, int max, Regex? pattern, IReadOnlyList<string>? among)
    {
        if (text.Length < min)
            Fault(name, text, $"Member must have length greater than or equal to {min}");
        if (text.Length > max)
            Fault(name, text, $"Member must have length less than or equal to {max}");
        else if (pattern is not null && !pattern.IsMatch(text))
            Fault(name, text, $"Member must satisfy regular expression pattern: {Unanchored(pattern)}");
        if (among is not null && !among.Contains(text, StringComparer.Ordinal))
            Fault(name, text, $"Member must satisfy enum value set: [{string.Join(", ", among)}]");
    }

    /// <summary>As the API's models have it: a pattern is always of the whole value.</summary>
    static string Unanchored(Regex pattern)
    {
        var text = pattern.ToString();
        var start = text.StartsWith(@"\A", StringComparison.Ordinal) ? 2 : text.StartsWith('^') ? 1 : 0;
        return text.EndsWith(@"\z", StringComparison.Ordinal) ? text[start..^2] : text[start..];
    }

    void CheckCount(string name, string shown, int count, int min, int max)
    {
        if (count < min)
            Fault(name, shown, $"Member must have length greater than or equal to {min}");
        if (count > max)
            Fault(name, shown, $"Member must have length less than or equal to {max}");
    }

    string Path(string name) => path + (name.Length > 0 ? char.ToLowerInvariant(name[0]) + name[1..] : name);

    static string Shorten(string value) => value.Length <= 256 ? value : value[..256] + "…";

    static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "Start of structure or map",
        JsonValueKind.Array => "Start of list",
        JsonValueKind.String => "STRING_VALUE",
        JsonValueKind.Number => "NUMBER_VALUE",
        JsonValueKind.True => "TRUE_VALUE",
        JsonValueKind.False => "FALSE_VALUE",
        _ => "NULL_VALUE",
    };
}
