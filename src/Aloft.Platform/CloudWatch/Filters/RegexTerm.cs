using System.Globalization;
using System.Text.RegularExpressions;

namespace Aloft.Platform.CloudWatch.Filters;

/// <summary>
/// A regular expression between percent signs, in AWS's subset. It runs without backtracking, so its time grows only with the text.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html
/// </summary>
static partial class RegexTerm
{
    const string Symbols = ":_#=@/;,-^$?[]{}|\\*+. ";

    internal static Regex Read(string pattern, ref int at)
    {
        var end = pattern.IndexOf('%', at + 1);
        if (end < 0)
            throw FilterPattern.Invalid("Invalid filter pattern: a regular expression is not closed by '%'.");
        var expression = pattern[(at + 1)..end];
        at = end + 1;
        return Compile(expression);
    }

    static Regex Compile(string expression)
    {
        if (expression.Length == 0)
            throw FilterPattern.Invalid("Invalid filter pattern: an empty regular expression.");
        foreach (var c in expression)
            if (!char.IsAsciiLetterOrDigit(c) && !Symbols.Contains(c, StringComparison.Ordinal))
                throw FilterPattern.Invalid($"Invalid character '{c}' in regular expression '{expression}'.");
        if (Repetitions(expression) > Limits.MaxRegexRepetitions)
            throw FilterPattern.Invalid($"The counted repetitions of '{expression}' exceed {Limits.MaxRegexRepetitions} in sum.");
        try
        {
            return new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            throw FilterPattern.Invalid($"Invalid regular expression '{expression}': {fault.Message}");
        }
    }

    static long Repetitions(string expression)
    {
        long sum = 0;
        foreach (Match number in Number.Matches(expression))
            sum += int.TryParse(number.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : int.MaxValue;
        return sum;
    }

    /// <summary>The figures in <c>{3}</c>, <c>{3,}</c> and <c>{3,5}</c>.</summary>
    [GeneratedRegex(@"(?<=\{[0-9,]*)[0-9]+(?=[0-9,]*\})")]
    private static partial Regex Number { get; }
}
