using System.Text.Json;
using System.Text.RegularExpressions;

namespace Aloft.Platform.CloudWatch.Filters;

/// <summary>What a JSON filter pattern asks of an event.</summary>
abstract record JsonCondition
{
    JsonCondition() { }

    internal abstract bool Holds(JsonElement root);

    internal sealed record All(JsonCondition Left, JsonCondition Right) : JsonCondition
    {
        internal override bool Holds(JsonElement root) => Left.Holds(root) && Right.Holds(root);
    }

    internal sealed record Any(JsonCondition Left, JsonCondition Right) : JsonCondition
    {
        internal override bool Holds(JsonElement root) => Left.Holds(root) || Right.Holds(root);
    }

    internal sealed record NotExists(JsonSelector Selector) : JsonCondition
    {
        internal override bool Holds(JsonElement root) => Selector.Find(root) is null;
    }

    internal sealed record Is(JsonSelector Selector, JsonValueKind Kind) : JsonCondition
    {
        internal override bool Holds(JsonElement root) => Selector.Find(root)?.ValueKind == Kind;
    }

    /// <summary>A number on both sides. A text that spells the same number is equal too, but neither more nor less.</summary>
    internal sealed record Number(JsonSelector Selector, string Operator, double Value, string Spelled) : JsonCondition
    {
        internal override bool Holds(JsonElement root) => Selector.Find(root) switch
        {
            { ValueKind: JsonValueKind.Number } found => Compare(found.GetDouble()),
            { } found when Scalar(found) is { } text => Operator switch
            {
                "=" => text == Spelled,
                "!=" => text != Spelled,
                _ => false,
            },
            _ => false,
        };

        bool Compare(double found) => Operator switch
        {
            "=" => found == Value,
            "!=" => found != Value,
            "<" => found < Value,
            "<=" => found <= Value,
            ">" => found > Value,
            _ => found >= Value,
        };
    }

    /// <summary>An asterisk at either end of the pattern stands for any text; elsewhere it is an asterisk.</summary>
    internal sealed record Text(JsonSelector Selector, bool Equal, string Pattern) : JsonCondition
    {
        internal override bool Holds(JsonElement root) =>
            Selector.Find(root) is { } found && Scalar(found) is { } text && IsLike(text) == Equal;

        bool IsLike(ReadOnlySpan<char> text)
        {
            var openStart = Pattern.StartsWith('*');
            var part = openStart ? Pattern.AsSpan(1) : Pattern;
            var openEnd = part.EndsWith('*');
            if (openEnd)
                part = part[..^1];
            return (openStart, openEnd) switch
            {
                (true, true) => text.Contains(part, StringComparison.Ordinal),
                (true, false) => text.EndsWith(part, StringComparison.Ordinal),
                (false, true) => text.StartsWith(part, StringComparison.Ordinal),
                _ => text.SequenceEqual(part),
            };
        }
    }

    internal sealed record Like(JsonSelector Selector, bool Equal, Regex Expression) : JsonCondition
    {
        internal override bool Holds(JsonElement root) =>
            Selector.Find(root) is { } found && Scalar(found) is { } text && Expression.IsMatch(text) == Equal;
    }

    /// <summary>A value's text; null for objects, arrays and null, to which no comparison applies, not even <c>!=</c>.</summary>
    static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };
}

/// <summary>A path into JSON: <c>$.users[0].id</c>. A step is a name or an index.</summary>
sealed record JsonSelector(IReadOnlyList<(string? Name, int Index)> Steps)
{
    internal JsonElement? Find(JsonElement root)
    {
        var at = root;
        foreach (var (name, index) in Steps)
        {
            if (name is not null)
            {
                if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
                    return null;
            }
            else if (at.ValueKind == JsonValueKind.Array && index < at.GetArrayLength())
                at = at[index];
            else
                return null;
        }
        return at;
    }
}
