using System.CommandLine;
using System.Text.Json.Nodes;
using Aloft.Checks;
using Aloft.Terminal;

namespace Aloft.Verbs;

/// <summary><c>aloft doctor</c>: what this machine has and lacks.</summary>
internal static class DoctorVerb
{
    public static Command Command(Surroundings around)
    {
        var output = OutputOption.Create();
        var command = new Command("doctor", """
            Check what this machine offers to functions, and say how to mend what it lacks

            Exit code 1 when something fails that a node cannot do without.
            """)
        { output };
        command.SetAction(async (parsed, stop) =>
        {
            var checks = await Machine.Check(around.Clock, stop);
            Print(new Screen(around), checks, parsed.GetValue(output));
            return checks.Any(check => check.Verdict == Verdict.Fails) ? ExitCode.Failed : ExitCode.Ok;
        });
        return command;
    }

    static void Print(Screen screen, IReadOnlyList<Check> checks, OutputFormat format)
    {
        if (format == OutputFormat.Json)
        {
            screen.Json(new JsonArray([.. checks.Select(check => new JsonObject
            {
                ["check"] = check.Name, ["verdict"] = check.Verdict.ToString().ToLowerInvariant(), ["detail"] = check.Detail, ["fix"] = check.Fix,
            })]));
            return;
        }

        var width = checks.Max(check => check.Name.Length);
        foreach (var check in checks)
        {
            var mark = check.Verdict switch
            {
                Verdict.Good => screen.Good("ok      "),
                Verdict.Limits => "limited ",
                _ => screen.Bad("FAILS   "),
            };
            screen.Line($"{mark}{check.Name.PadRight(width)}  {check.Detail}");
            if (check is { Verdict: not Verdict.Good, Fix: { Length: > 0 } fix })
                screen.Line($"{new string(' ', 8 + width + 2)}fix: {fix}");
        }
    }
}
