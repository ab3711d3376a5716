using System.CommandLine;
using System.Text.Json.Nodes;
using Aloft.Client;
using Aloft.Terminal;

namespace Aloft.Verbs;

/// <summary><c>aloft delete NAME…</c></summary>
internal static class DeleteVerb
{
    public static Command Command(Surroundings around)
    {
        var names = new Argument<string[]>("name") { Description = "Functions to delete", Arity = ArgumentArity.OneOrMore };
        var output = OutputOption.Create();
        var command = new Command("delete", "Delete functions; their logs stay") { names, output };
        command.SetAction((parsed, stop) => Run(around, parsed.GetValue(names)!, parsed.GetValue(output), stop));
        return command;
    }

    /// <summary>Goes on past a function that cannot be deleted, so that the rest does not stay for its sake.</summary>
    static async Task<int> Run(Surroundings around, string[] names, OutputFormat format, CancellationToken stop)
    {
        using var connection = Connection.Open(around);
        var screen = new Screen(around);
        var deleted = new JsonArray();
        var exitCode = ExitCode.Ok;
        foreach (var name in names)
            try
            {
                await connection.Lambda.Delete(name, stop);
                deleted.Add(name);
                if (format == OutputFormat.Text)
                    screen.Line($"deleted {name}");
            }
            catch (RequestRefused refused)
            {
                screen.Note($"aloft: {name}: {refused.Message}");
                exitCode = refused.ExitCode;
            }

        if (format == OutputFormat.Json)
            screen.Json(new JsonObject { ["deleted"] = deleted });
        return exitCode;
    }
}
