using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Aloft.Platform.Front;

/// <summary>The labels of a URI template and what stood in their place: one to three pairs, so a search beats a hash table.</summary>
sealed class PathParameters(string[] names, string[] values) : IReadOnlyDictionary<string, string>
{
    public string this[string key] =>
        TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"The route has no label {key}.");

    public IEnumerable<string> Keys => names;

    public IEnumerable<string> Values => values;

    public int Count => names.Length;

    public bool ContainsKey(string key) => Array.IndexOf(names, key) >= 0;

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        var index = Array.IndexOf(names, key);
        value = index < 0 ? null : values[index];
        return index >= 0;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => names.Zip(values, KeyValuePair.Create).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
