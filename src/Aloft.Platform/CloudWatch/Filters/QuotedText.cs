using System.Text;

namespace Aloft.Platform.CloudWatch.Filters;

/// <summary>A phrase in double quotes; a backslash takes the character behind it as it is.</summary>
static class QuotedText
{
    internal static string Read(string pattern, ref int at)
    {
        var text = new StringBuilder();
        for (at++; at < pattern.Length; at++)
        {
            if (pattern[at] == '"')
            {
                at++;
                return text.ToString();
            }
            if (pattern[at] == '\\' && at + 1 < pattern.Length)
                at++;
            text.Append(pattern[at]);
        }
        throw FilterPattern.Invalid("Invalid filter pattern: a double quote is not closed.");
    }
}
