using System.Runtime.InteropServices;

namespace Aloft.Storage;

/// <summary>The values that both databases store alike: long, double, string, byte[] and null.</summary>
internal static class DbValue
{
    /// <summary>A parameter's value as one of the five, <see cref="DBNull"/> for null; anything else is a mistake of the caller.</summary>
    public static object Normalise(string name, object? value) => value switch
    {
        null => DBNull.Value,
        string or long or double or byte[] => value,
        int number => (long)number,
        bool flag => flag ? 1L : 0L,
        ReadOnlyMemory<byte> bytes => WholeArray(bytes) ?? bytes.ToArray(),
        _ => throw new ArgumentException(
            $"Parameter '{name}' is a {value.GetType().Name}; only string, long, int, double, bool, byte[], ReadOnlyMemory<byte> and null work.",
            name),
    };

    /// <summary>Parameters may be given as <c>name</c> or <c>@name</c>.</summary>
    public static ReadOnlySpan<char> BareName(string name) => name.AsSpan(name.StartsWith('@') ? 1 : 0);

    private static byte[]? WholeArray(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var part) && part.Offset == 0 && part.Count == part.Array!.Length ? part.Array : null;
}
