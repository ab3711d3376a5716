using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aloft.Wire.Query;

/// <summary>
/// A request of the Query protocol: flat, form-encoded names such as <c>Tags.member.2.Key</c>, made into the tree that they stand for.
/// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#request-serialization
/// </summary>
public sealed class QueryForm
{
    /// <summary>Far beyond what any operation takes; keeps a hostile form from costing more than its bytes.</summary>
    public const int MaxParameters = 10_000;

    /// <summary>Deeper than any input shape; below the 64 that JSON trees may have.</summary>
    public const int MaxDepth = 32;

    readonly Dictionary<string, string> parameters = new(StringComparer.Ordinal);

    QueryForm() { }

    public string? Action => parameters.GetValueOrDefault("Action");

    public string? Version => parameters.GetValueOrDefault("Version");

    /// <param name="query">Of the URI, without the question mark; what it says joins the body.</param>
    /// <param name="body">The form of a POST, UTF-8.</param>
    public static QueryForm Parse(ReadOnlySpan<char> query, ReadOnlySpan<byte> body)
    {
        var form = new QueryForm();
        form.Add(query);
        if (!body.IsEmpty)
            form.Add(Encoding.UTF8.GetString(body));
        return form;
    }

    /// <summary>The input shape. What belongs to the protocol or the signature is no member of it.</summary>
    public Members ToMembers()
    {
        var root = new Node();
        foreach (var (name, value) in parameters)
            if (name is not ("Action" or "Version") && !name.StartsWith("X-Amz-", StringComparison.OrdinalIgnoreCase))
                root.Put(name, value);
        return Members.Of(JsonSerializer.SerializeToElement(root.ToJson()));
    }

    void Add(ReadOnlySpan<char> form)
    {
        foreach (var range in form.Split('&'))
        {
            var parameter = form[range];
            if (parameter.IsEmpty)
                continue;
            var equals = parameter.IndexOf('=');
            var name = Decode(equals < 0 ? parameter : parameter[..equals]);
            if (!parameters.TryAdd(name, equals < 0 ? "" : Decode(parameter[(equals + 1)..])))
                throw Malformed($"The parameter '{name}' was sent more than once.");
            if (parameters.Count > MaxParameters)
                throw Malformed($"More than {MaxParameters} parameters were sent.");
        }
    }

    static string Decode(ReadOnlySpan<char> text) => text.ContainsAny('%', '+') ? WebUtility.UrlDecode(text.ToString()) : text.ToString();

    static ApiError Malformed(string message) => new("InvalidQueryParameter", 400, message);

    /// <summary>A value, or what the names below it make: a structure, a list or a map.</summary>
    sealed class Node
    {
        string? value;
        SortedDictionary<string, Node>? children;

        internal void Put(string name, string text)
        {
            var node = this;
            var depth = 0;
            foreach (var range in name.AsSpan().Split('.'))
            {
                if (++depth > MaxDepth)
                    throw Malformed($"The name of a parameter has more than {MaxDepth} parts.");
                var part = name[range];
                if (part.Length == 0)
                    throw Malformed($"The parameter '{name}' has an empty part in its name.");
                if (node.value is not null)
                    throw Malformed($"The parameter '{name}' contradicts another that ends where it goes on.");
                node.children ??= new(PartOrder.Instance);
                if (!node.children.TryGetValue(part, out var child))
                    node.children[part] = child = new();
                node = child;
            }
            if (node.children is not null)
                throw Malformed($"The parameter '{name}' contradicts another that goes on where it ends.");
            node.value = text;
        }

        internal JsonNode? ToJson()
        {
            if (value is not null)
                return value;
            if (children is null)
                return new JsonObject();
            if (children.Count == 1 && children.TryGetValue("member", out var members) && members.IsIndexed)
                return members.ToJson();
            if (children.Count == 1 && children.TryGetValue("entry", out var entries) && entries.IsIndexed)
                return entries.ToMap();
            if (IsIndexed)
                return IsEntries ? ToMap() : new JsonArray([.. children.Values.Select(child => child.ToJson())]);
            return new JsonObject(children.Select(child => KeyValuePair.Create(child.Key, child.Value.ToJson())));
        }

        /// <summary>Numbers below: a list, whose order is theirs whatever is missing between them.</summary>
        bool IsIndexed => children is not null && children.Keys.All(IsIndex);

        /// <summary>Flattened maps have no <c>entry</c> in their names, only numbered pairs of key and value.</summary>
        bool IsEntries => children!.Values.All(child => child.Entry is not null);

        /// <summary>Key and value, when that is what is below.</summary>
        (string Key, Node Value)? Entry =>
            children is { Count: 2 }
            && children.TryGetValue("key", out var key) && key.value is { } text
            && children.TryGetValue("value", out var item)
                ? (text, item)
                : null;

        JsonObject ToMap()
        {
            var map = new JsonObject();
            foreach (var child in children!.Values)
            {
                var (key, item) = child.Entry ?? throw Malformed("Each entry of a map has a key and a value.");
                if (!map.TryAdd(key, item.ToJson()))
                    throw Malformed($"The map has the key '{key}' twice.");
            }
            return map;
        }
    }

    /// <summary>Numbers first and by size, then names by character: <c>member.10</c> comes after <c>member.9</c>.</summary>
    sealed class PartOrder : IComparer<string>
    {
        internal static readonly PartOrder Instance = new();

        public int Compare(string? a, string? b) => (IsIndex(a!), IsIndex(b!)) switch
        {
            (true, true) when Number(a!).CompareTo(Number(b!)) is var bySize and not 0 => bySize,
            (true, false) => -1,
            (false, true) => 1,
            _ => string.CompareOrdinal(a, b),
        };

        static int Number(string index) => int.Parse(index, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    static bool IsIndex(string part) => part.Length <= 9 && part.All(char.IsAsciiDigit);
}
