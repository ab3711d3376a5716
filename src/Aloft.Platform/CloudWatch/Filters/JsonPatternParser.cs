using System.Globalization;
using System.Text.Json;

namespace Aloft.Platform.CloudWatch.Filters;

/// <summary>
/// Reads what stands between the braces of a JSON filter pattern:
/// <code>
/// any       = all { "||" all }
/// all       = one { "&amp;&amp;" one }
/// one       = "(" any ")" | selector ( operator value | "IS" ("NULL" | "TRUE" | "FALSE") | "NOT" "EXISTS" )
/// selector  = "$" { "." name | "[" index "]" | [ "." ] "[" quoted name "]" }
/// value     = number | "quoted" | %regex% | bare text
/// </code>
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
/// </summary>
sealed class JsonPatternParser(string text)
{
    int at;
    int depth;
    int regexes;

    internal JsonPattern Parse()
    {
        var condition = Any();
        SkipSpaces();
        return at == text.Length ? new JsonPattern(condition) : throw Unexpected("the end");
    }

    JsonCondition Any()
    {
        var condition = All();
        while (Take("||"))
            condition = new JsonCondition.Any(condition, All());
        return condition;
    }

    JsonCondition All()
    {
        var condition = One();
        while (Take("&&"))
            condition = new JsonCondition.All(condition, One());
        return condition;
    }

    JsonCondition One()
    {
        if (!Take("("))
            return Comparison(Selector());
        if (++depth > Limits.MaxPatternDepth)
            throw FilterPattern.Invalid($"Invalid filter pattern: more than {Limits.MaxPatternDepth} parentheses within each other.");
        var condition = Any();
        if (!Take(")"))
            throw Unexpected("')'");
        depth--;
        return condition;
    }

    JsonCondition Comparison(JsonSelector selector)
    {
        if (TakeWord("IS"))
            return new JsonCondition.Is(
                selector,
                TakeWord("NULL") ? JsonValueKind.Null : TakeWord("TRUE") ? JsonValueKind.True : TakeWord("FALSE") ? JsonValueKind.False
                    : throw Unexpected("NULL, TRUE or FALSE"));
        if (TakeWord("NOT"))
            return TakeWord("EXISTS") ? new JsonCondition.NotExists(selector) : throw Unexpected("EXISTS");

        var comparison = Operator();
        SkipSpaces();
        if (at == text.Length)
            throw Unexpected("a value");
        var equality = comparison is "=" or "!=";
        if (text[at] == '%' && equality)
        {
            if (++regexes > Limits.MaxPatternRegexes)
                throw FilterPattern.Invalid($"A filter pattern can contain at most {Limits.MaxPatternRegexes} regular expressions.");
            return new JsonCondition.Like(selector, comparison == "=", RegexTerm.Read(text, ref at));
        }
        if (text[at] == '"' && equality)
            return new JsonCondition.Text(selector, comparison == "=", QuotedText.Read(text, ref at));

        var bare = BareText();
        if (double.TryParse(bare, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            return new JsonCondition.Number(selector, comparison, number, bare);
        return equality ? new JsonCondition.Text(selector, comparison == "=", bare) : throw Unexpected($"a number behind {comparison}");
    }

    string Operator()
    {
        foreach (var candidate in (ReadOnlySpan<string>)["!=", "<=", ">=", "=", "<", ">"])
            if (Take(candidate))
                return candidate;
        throw Unexpected("an operator (=, !=, <, >, <=, >=, IS, NOT EXISTS)");
    }

    JsonSelector Selector()
    {
        if (!Take("$"))
            throw Unexpected("a selector ($.name)");
        var steps = new List<(string? Name, int Index)>();
        while (at < text.Length && text[at] is '.' or '[')
        {
            var dotted = text[at] == '.';
            if (dotted)
                at++;
            steps.Add(at < text.Length && text[at] == '[' ? Bracket() : (Name(), 0));
        }
        return new(steps);
    }

    string Name()
    {
        var start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '-' or '_'))
            at++;
        return at > start ? text[start..at] : throw Unexpected("a property name");
    }

    (string? Name, int Index) Bracket()
    {
        at++;
        SkipSpaces();
        (string?, int) step;
        if (at < text.Length && text[at] is '"' or '\'')
            step = (BracketedName(), 0);
        else
        {
            var start = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
            step = int.TryParse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? (null, index) : throw Unexpected("an array index or a quoted name");
        }
        return Take("]") ? step : throw Unexpected("']'");
    }

    string BracketedName()
    {
        if (text[at] == '"')
            return QuotedText.Read(text, ref at);
        var end = text.IndexOf('\'', at + 1);
        if (end < 0)
            throw Unexpected("a closing quote");
        var name = text[(at + 1)..end];
        at = end + 1;
        return name;
    }

    string BareText()
    {
        var start = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]) && !"()&|\"%=<>".Contains(text[at], StringComparison.Ordinal))
            at++;
        return at > start ? text[start..at] : throw Unexpected("a value");
    }

    bool Take(string symbol)
    {
        SkipSpaces();
        if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) != 0)
            return false;
        at += symbol.Length;
        return true;
    }

    bool TakeWord(string word)
    {
        SkipSpaces();
        var end = at + word.Length;
        if (string.Compare(text, at, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) != 0)
            return false;
        if (end < text.Length && char.IsLetterOrDigit(text[end]))
            return false;
        at = end;
        return true;
    }

    void SkipSpaces()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
    }

    Wire.ApiError Unexpected(string wanted) => FilterPattern.Invalid(
        $"Invalid filter pattern: {wanted} was expected at '{(at < text.Length ? text[at..Math.Min(text.Length, at + 20)] : "the end")}'.");
}
