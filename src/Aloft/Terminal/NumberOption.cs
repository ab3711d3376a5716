using System.CommandLine;
using System.Globalization;

namespace Aloft.Terminal;

/// <summary>A whole number within bounds.</summary>
internal static class NumberOption
{
    public static Option<int> Create(string name, string description, string helpName, int usual, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            // What is no number at all is refused before this; to ask for its value would throw.
            if (result.Tokens is [var token] && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var number) && (number < least || number > most))
                result.AddError($"{name} takes {least} to {most}.");
        });
        return option;
    }
}
