using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aloft.Client;
using Aloft.Terminal;
using Aloft.Wire;

namespace Aloft.Verbs;

/// <summary><c>aloft invoke NAME</c></summary>
internal static class InvokeVerb
{
    public static Command Command(Surroundings around)
    {
        var name = new Argument<string>("name") { Description = "The function: its name or ARN" };
        var text = new Argument<string?>("event") { Description = "The event as JSON, or - for standard input", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<string?>("--event") { Description = "The event as JSON, or - for standard input", HelpName = "json" };
        var file = new Option<string?>("--file") { Description = "A file with the event", HelpName = "file" };
        var async = new Option<bool>("--async") { Description = "Only hand the event over; the function runs later, with retries" };
        var logs = new Option<bool>("--logs") { Description = "Show the end of the log (up to 4 KB) on standard error" };
        var qualifier = new Option<string?>("--qualifier") { Description = "A version or an alias", HelpName = "version" };
        var output = OutputOption.Create();
        var command = new Command("invoke", """
            Call a function and print its answer

            The answer goes to standard output, time and cold or warm to standard error. Exit code 0 when the function answered,
            1 when it failed; 2 to 4 as for every verb.
            """)
        { name, text, json, file, async, logs, qualifier, output };
        command.SetAction(async (parsed, stop) =>
        {
            var sources = new[] { parsed.GetValue(text), parsed.GetValue(json), parsed.GetValue(file) };
            if (sources.Count(source => source is not null) > 1)
                throw CommandFailed.Usage("give the event once: as argument, with --event or with --file.");

            var payload = await ReadEvent(around, sources[0] ?? sources[1], sources[2], stop);
            using var connection = Connection.Open(around);
            var start = around.Clock.GetTimestamp();
            var answer = await connection.Lambda.Invoke(
                parsed.GetRequiredValue(name), parsed.GetValue(qualifier), parsed.GetValue(async), payload, stop);
            var print = new Print(new Screen(around), around, answer, around.Clock.GetElapsedTime(start));
            return parsed.GetValue(async) ? print.Accepted(parsed.GetValue(output))
                : parsed.GetValue(output) == OutputFormat.Json ? print.Json()
                : print.Text(parsed.GetValue(logs));
        });
        return command;
    }

    static async Task<byte[]> ReadEvent(Surroundings around, string? text, string? file, CancellationToken stop)
    {
        byte[] payload;
        if (text is "-" || file is "-")
        {
            using var all = new MemoryStream();
            await around.Input.CopyToAsync(all, stop);
            payload = all.ToArray();
        }
        else if (file is not null)
            payload = File.Exists(around.PathOf(file))
                ? await File.ReadAllBytesAsync(around.PathOf(file), stop)
                : throw CommandFailed.Usage($"{file} does not exist.");
        else
            payload = Encoding.UTF8.GetBytes(text ?? "{}");

        try
        {
            using var _ = JsonDocument.Parse(payload, new() { MaxDepth = ProgramLimits.EventDepth });
            return payload;
        }
        catch (JsonException fault)
        {
            throw CommandFailed.Usage($"the event is not valid JSON: {fault.Message}");
        }
    }

    sealed class Print(Screen screen, Surroundings around, Answer answer, TimeSpan elapsed)
    {
        int Exit => answer.FunctionError is null ? ExitCode.Ok : ExitCode.Failed;

        public int Accepted(OutputFormat format)
        {
            if (format == OutputFormat.Json)
                screen.Json(new JsonObject { ["requestId"] = answer.RequestId });
            else
                screen.Note($"accepted, request {answer.RequestId}");
            return ExitCode.Ok;
        }

        public int Json()
        {
            var report = answer.Report;
            screen.Json(new JsonObject
            {
                ["answer"] = Parsed(),
                ["functionError"] = answer.FunctionError,
                ["requestId"] = answer.RequestId,
                ["executedVersion"] = answer.ExecutedVersion,
                ["elapsedMs"] = Math.Round(elapsed.TotalMilliseconds, 2),
                ["cold"] = report?.IsCold,
                ["durationMs"] = report?.Duration.TotalMilliseconds,
                ["initMs"] = report?.Init?.TotalMilliseconds,
                ["peakMegabytes"] = report?.PeakMegabytes,
                ["log"] = new JsonArray([.. answer.LogLines.Select(line => (JsonNode)line)]),
            });
            return Exit;
        }

        public int Text(bool withLog)
        {
            screen.Line(around.OutputIsTerminal && Parsed() is JsonObject or JsonArray ? Screen.Text(Parsed(), indented: true) : answer.Text);
            if (withLog || answer.FunctionError is not null)
            {
                if (Encoding.UTF8.GetByteCount(answer.Log) >= ProgramLimits.LogTailBytes)
                    screen.Note(screen.Dim("… the end of the log; `aloft logs` shows all of it"));
                foreach (var line in answer.LogLines)
                    screen.Note(LogText.Styled(screen, line));
            }
            screen.Note(screen.Dim(Summary(answer.Report)));
            if (answer.FunctionError is { } error)
                screen.Note($"aloft: the function failed ({error}); its answer is the error.");
            return Exit;
        }

        string Summary(ReportLine? report)
        {
            if (report is null)
                return $"{Quantity.Time(elapsed)} in all, request {answer.RequestId}";
            var start = report.Init is { } init ? $"cold (init {Quantity.Time(init)})" : report.Failed ? "failed" : "warm"; // perhaps in its init
            var memory = string.Create(CultureInfo.InvariantCulture, $"{report.PeakMegabytes} of {report.MemoryMegabytes} MB");
            return $"{start}, ran {Quantity.Time(report.Duration)}, {Quantity.Time(elapsed)} in all, {memory}, request {answer.RequestId}";
        }

        JsonNode? Parsed()
        {
            try
            {
                return JsonText.Flaw(answer.Payload) is null ? JsonNode.Parse(answer.Payload) : answer.Text; // half a surrogate pair could not be written
            }
            catch (JsonException)
            {
                return answer.Text; // a custom runtime may answer with anything
            }
        }
    }
}
