using System.CommandLine;
using System.Globalization;
using Aloft.Client;
using Aloft.Demo;
using Aloft.Terminal;

namespace Aloft.Verbs;

/// <summary><c>aloft demo</c>: the examples on a node of their own, which is gone afterwards.</summary>
internal static class DemoVerb
{
    /// <summary>From the plain to the curious.</summary>
    static readonly string[] Examples = ["hello-node", "hello-python", "markdown-to-html", "csv-statistics", "shell-bootstrap"];

    public static Command Command(Surroundings around)
    {
        var keep = new Option<bool>("--keep") { Description = "Keep the node running afterwards, until Ctrl-C" };
        var command = new Command("demo", """
            Start a node of its own, run the examples on it and show how they did

            Uses a free port and a throw-away data folder; leaves nothing behind. Exit code 1 when an example failed.
            """)
        { keep };
        command.SetAction((parsed, stop) => Run(around, parsed.GetValue(keep), stop));
        return command;
    }

    static async Task<int> Run(Surroundings around, bool keep, CancellationToken stop)
    {
        var screen = new Screen(around);
        var folder = Example.Folder() ?? throw CommandFailed.Usage("the folder examples/ is not here; run the demo from a clone of the repository.");

        screen.Line("starting a node on a free port…");
        await using var node = await DemoNode.Start(around.Clock, stop);
        screen.Line($"ready at {node.Endpoint.GetLeftPart(UriPartial.Authority)}");
        screen.Line($"  isolation   {(string?)node.Facts["isolation"]}: {(string?)node.Facts["isolationReason"]}");
        screen.Line($"  runtimes    {string.Join(", ", node.Facts["runtimes"]!.AsArray().Select(runtime => (string?)runtime))}");

        var key = new Aloft.Wire.SigV4.Credentials(ClientSettings.DefaultKey, ClientSettings.DefaultKey);
        using var connection = new Connection(new ClientSettings(node.Endpoint, key, ClientSettings.DefaultRegion), around.Clock);
        screen.Line();
        var deployed = new List<Example>();
        foreach (var example in Examples)
            if (await Try(screen, () => Example.Deploy(Path.Combine(folder, example), connection, around, stop)) is { } success)
                deployed.Add(success);
        var outcomes = new List<ExampleOutcome>();
        foreach (var example in deployed)
            if (await Try(screen, () => example.Run(stop)) is { } outcome)
                outcomes.Add(outcome);

        screen.Line();
        screen.Table(["example", "runs on", "cold", "warm", "peak memory"], [.. outcomes.Select(Row)]);
        var failures = Examples.Length - outcomes.Count(outcome => !outcome.Failed);
        screen.Line(failures == 0 ? screen.Good($"all {Examples.Length} examples answered") : screen.Bad($"{failures} of {Examples.Length} examples failed"));
        if (keep)
            await Keep(screen, node, around, stop);
        screen.Line("stopping the node and removing its data…");
        return failures == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    /// <summary>One example's failure is told and does not end the demo.</summary>
    static async Task<T?> Try<T>(Screen screen, Func<Task<T>> step) where T : class
    {
        try
        {
            return await step();
        }
        catch (CommandFailed failure)
        {
            screen.Line(screen.Bad($"failed: {failure.Message}"));
            return null;
        }
    }

    static async Task Keep(Screen screen, DemoNode node, Surroundings around, CancellationToken stop)
    {
        screen.Line();
        screen.Line("The node keeps running. In another terminal:");
        screen.Line();
        screen.Line($"export AWS_ENDPOINT_URL={node.Endpoint.GetLeftPart(UriPartial.Authority)}");
        screen.Line("./aloft list");
        screen.Line();
        screen.Line(screen.Dim("Ctrl-C stops it."));
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, around.Clock, stop);
        }
        catch (OperationCanceledException)
        {
            return; // what was waited for
        }
    }

    static string[] Row(ExampleOutcome outcome) =>
    [
        outcome.Name,
        outcome.RunsOn,
        Quantity.Time(outcome.Cold),
        outcome.Warm is { } warm ? Quantity.Time(warm) : "-",
        outcome.Report is { } report ? string.Create(CultureInfo.InvariantCulture, $"{report.PeakMegabytes} of {report.MemoryMegabytes} MB") : "-",
    ];
}
