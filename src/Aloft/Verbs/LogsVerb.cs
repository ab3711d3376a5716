using System.CommandLine;
using Aloft.Client;
using Aloft.Terminal;

namespace Aloft.Verbs;

/// <summary><c>aloft logs NAME</c></summary>
internal static class LogsVerb
{
    public static Command Command(Surroundings around)
    {
        var name = new Argument<string>("name") { Description = "The function" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with new lines until interrupted" };
        var since = SinceOption.Create("10m");
        var filter = new Option<string?>("--filter") { Description = "Only lines that match this CloudWatch Logs filter pattern", HelpName = "pattern" };
        var output = OutputOption.Create();
        var command = new Command("logs", "Show what a function logged") { name, follow, since, filter, output };
        command.SetAction((parsed, stop) =>
        {
            var wanted = new LogsWanted(
                parsed.GetRequiredValue(name), parsed.GetValue(follow), parsed.GetRequiredValue(since), parsed.GetValue(filter), parsed.GetValue(output));
            return new LogReading(around, wanted).Run(stop);
        });
        return command;
    }
}
