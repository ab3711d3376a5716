using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Aloft.Client;
using Aloft.Terminal;

namespace Aloft.Verbs;

/// <summary><c>aloft replay REQUEST_ID</c></summary>
internal static class ReplayVerb
{
    const int MostTimes = 100;

    public static Command Command(Surroundings around)
    {
        var id = new Argument<string>("request-id") { Description = "Of the invocation: `aloft list --failed`, the log, or a client's answer tell it" };
        var against = new Option<string?>("--against")
        {
            Description = "Run the function as it is now instead: '$LATEST', a version or an alias", HelpName = "version",
        };
        var justEvent = new Option<bool>("--event") { Description = "Only print the recorded event, as it came; nothing runs" };
        var show = new Option<bool>("--show") { Description = "Only show what is remembered of it, with event and answer; nothing runs" };
        var times = NumberOption.Create("--times", "How often to run it", "number", 1, 1, MostTimes);
        var ignore = new Option<string[]>("--ignore")
        {
            Description = "A part of the answer that may differ, such as $.time or $.items[*].id; may be repeated", HelpName = "path",
        };
        var output = OutputOption.Create();
        var command = new Command("replay", """
            Run a past invocation again and compare the answers

            Runs what ran then: that code, that configuration and environment, that event, in a fresh sandbox; with --against, the function
            as it is now. What the function does to the world outside it does again: writes, mails, payments.

            Exit code 0 when every answer is the same, 1 when one differs; 2 to 4 as for every verb.
            """)
        { id, against, justEvent, show, times, ignore, output };
        command.SetAction((parsed, stop) =>
        {
            if (!parsed.GetValue(justEvent) && !parsed.GetValue(show))
                return Run(
                    around, parsed.GetValue(times), parsed.GetValue(output),
                    connection => connection.History.Replay(parsed.GetRequiredValue(id), parsed.GetValue(against), parsed.GetValue(ignore) ?? [], stop));
            if (parsed.GetValue(justEvent) && parsed.GetValue(show))
                throw CommandFailed.Usage("--event and --show: give one of them.");
            if (parsed.GetValue(against) is not null || parsed.GetResult(times) is { Implicit: false } || parsed.GetResult(ignore) is { Implicit: false })
                throw CommandFailed.Usage("--event and --show run nothing: leave --against, --times and --ignore out.");
            return parsed.GetValue(show)
                ? Show(around, parsed.GetRequiredValue(id), parsed.GetValue(output), stop)
                : PrintEvent(around, parsed.GetRequiredValue(id), stop);
        });
        return command;
    }

    static async Task<int> PrintEvent(Surroundings around, string id, CancellationToken stop)
    {
        using var connection = Connection.Open(around);
        new Screen(around).Line(Encoding.UTF8.GetString(await connection.History.Event(id, stop)));
        return ExitCode.Ok;
    }

    static async Task<int> Show(Surroundings around, string id, OutputFormat format, CancellationToken stop)
    {
        using var connection = Connection.Open(around);
        var screen = new Screen(around);
        var document = await connection.History.Find(id, stop);
        if (format == OutputFormat.Json)
            screen.Json(document);
        else
            ReplayText.PrintRecorded(screen, document);
        return ExitCode.Ok;
    }

    static async Task<int> Run(Surroundings around, int times, OutputFormat format, Func<Connection, Task<JsonObject>> replay)
    {
        using var connection = Connection.Open(around);
        var screen = new Screen(around);
        var runs = new List<JsonObject>();
        for (var i = 0; i < times; i++)
            runs.Add(await replay(connection));
        var comparison = new ReplayText(screen, runs);
        if (format == OutputFormat.Json)
            screen.Json(times == 1 ? runs[0] : new JsonArray([.. runs]));
        else
            comparison.Print();
        return comparison.AllSame ? ExitCode.Ok : ExitCode.Failed;
    }
}
