using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Aloft.Terminal;

namespace Aloft.Verbs;

/// <summary><c>aloft version</c></summary>
internal static class VersionVerb
{
    public static string OfAloft { get; } = typeof(VersionVerb).Assembly.GetName().Version!.ToString(3);

    public static Command Command(Surroundings around)
    {
        var output = OutputOption.Create();
        var command = new Command("version", "Print the versions of Aloft and of .NET") { output };
        command.SetAction(parsed =>
        {
            var screen = new Screen(around);
            if (parsed.GetValue(output) == OutputFormat.Json)
                screen.Json(new JsonObject { ["aloft"] = OfAloft, ["dotnet"] = Environment.Version.ToString() });
            else
                screen.Line($"aloft {OfAloft} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})");
            return ExitCode.Ok;
        });
        return command;
    }
}
