using System.CommandLine;
using System.Text.Json.Nodes;
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
            var wanted = new Wanted(
                parsed.GetRequiredValue(name), parsed.GetValue(follow), parsed.GetRequiredValue(since), parsed.GetValue(filter), parsed.GetValue(output));
            return new LogReading(around, wanted).Run(stop);
        });
        return command;
    }

    sealed record Wanted(string Name, bool Follow, string Since, string? Pattern, OutputFormat Format);

    sealed class LogReading(Surroundings around, Wanted wanted)
    {
        readonly Screen screen = new(around);

        /// <summary>Lines shown already, of the time that is looked at again for late ones.</summary>
        readonly Dictionary<string, DateTimeOffset> shown = [];

        public async Task<int> Run(CancellationToken stop)
        {
            var span = SinceOption.Parse(wanted.Since);
            using var connection = Connection.Open(around);
            var function = await connection.Lambda.Find(wanted.Name, stop);
            var group = function?.LogGroup ?? $"/aws/lambda/{wanted.Name}"; // a deleted function's logs stay
            var from = around.Clock.GetUtcNow() - span;

            var found = await Show(connection.Logs, group, from, stop);
            if (!found && function is null)
                throw new CommandFailed(ExitCode.Refused, $"there is no function {wanted.Name}, nor a log of one; `aloft list` shows what there is.");
            if (!found && !wanted.Follow)
                screen.Note($"nothing logged in the last {wanted.Since}; --since 1d looks further back.");

            try
            {
                while (wanted.Follow)
                {
                    await Task.Delay(ProgramLimits.FollowLogs, around.Clock, stop);
                    await Show(connection.Logs, group, Overlap(from), stop);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return ExitCode.Ok; // an interrupt is how following ends
            }
            return ExitCode.Ok;
        }

        async Task<bool> Show(LogsClient logs, string group, DateTimeOffset from, CancellationToken stop)
        {
            var any = false;
            await foreach (var line in logs.Since(group, from, wanted.Pattern, stop))
            {
                any = true;
                if (shown.TryAdd(line.Id, line.Time))
                    Print(line);
            }
            return any;
        }

        /// <summary>Looks back from the newest line as far as a line may come late, and forgets what lies before.</summary>
        DateTimeOffset Overlap(DateTimeOffset from)
        {
            if (shown.Count == 0)
                return from;
            var late = shown.Values.Max() - ProgramLimits.LateLogs;
            foreach (var old in shown.Where(line => line.Value < late).Select(line => line.Key).ToList())
                shown.Remove(old);
            return late > from ? late : from;
        }

        void Print(LogEvent line)
        {
            if (wanted.Format == OutputFormat.Json)
                screen.JsonLine(new JsonObject
                {
                    ["time"] = line.Time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"),
                    ["stream"] = line.Stream,
                    ["message"] = line.Message.TrimEnd('\n'),
                });
            else
                screen.Line($"{screen.Dim(line.Time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"))} {LogText.Styled(screen, line.Message.TrimEnd('\n', '\r'))}");
        }
    }
}
