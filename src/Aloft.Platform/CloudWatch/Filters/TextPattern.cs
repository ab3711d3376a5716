using System.Text.RegularExpressions;

namespace Aloft.Platform.CloudWatch.Filters;

/// <summary>
/// Terms, phrases and regular expressions: all must occur, none of those with <c>-</c> may, and of those with <c>?</c> one must
/// (where there are others, AWS ignores them). Case counts; a term matches within words.
/// </summary>
sealed class TextPattern : FilterPattern
{
    readonly record struct Term(string? Text, Regex? Expression)
    {
        internal bool Occurs(string message) =>
            Text is null ? Expression!.IsMatch(message) : message.Contains(Text, StringComparison.Ordinal);
    }

    readonly List<Term> required = [];
    readonly List<Term> excluded = [];
    readonly List<Term> optional = [];

    internal override bool Matches(string message)
    {
        foreach (var term in required)
            if (!term.Occurs(message))
                return false;
        foreach (var term in excluded)
            if (term.Occurs(message))
                return false;
        return optional.Count == 0 || required.Count + excluded.Count > 0 || optional.Exists(term => term.Occurs(message));
    }

    internal static new TextPattern Parse(string pattern)
    {
        var parsed = new TextPattern();
        var regexes = 0;
        var at = 0;
        while (SkipSpaces(pattern, ref at))
        {
            var terms = pattern[at] switch { '-' => parsed.excluded, '?' => parsed.optional, _ => parsed.required };
            if (terms != parsed.required)
            {
                at++;
                if (!SkipSpaces(pattern, ref at))
                    throw Invalid($"Invalid filter pattern: '{pattern[^1]}' at its end has no term.");
            }
            var term = ReadTerm(pattern, ref at);
            if (term.Expression is not null && ++regexes > Limits.MaxPatternRegexes)
                throw Invalid($"A filter pattern can contain at most {Limits.MaxPatternRegexes} regular expressions.");
            terms.Add(term);
        }
        return parsed;
    }

    static bool SkipSpaces(string pattern, ref int at)
    {
        while (at < pattern.Length && char.IsWhiteSpace(pattern[at]))
            at++;
        return at < pattern.Length;
    }

    static Term ReadTerm(string pattern, ref int at)
    {
        if (pattern[at] == '"')
            return new(QuotedText.Read(pattern, ref at), null);
        if (pattern[at] == '%')
            return new(null, RegexTerm.Read(pattern, ref at));

        var start = at;
        while (at < pattern.Length && !char.IsWhiteSpace(pattern[at]))
            at++;
        var term = pattern[start..at];
        if (!term.All(c => char.IsLetterOrDigit(c) || c == '_'))
            throw Invalid($"Invalid character(s) in term '{term}'. Put terms with other than letters, digits and _ in double quotes.");
        return new(term, null);
    }
}
