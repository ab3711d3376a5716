using System.Text;
using Aloft.Client;
using Aloft.Deploying;
using Aloft.Packaging;
using Aloft.Terminal;
using Aloft.Verbs;

namespace Aloft.Demo;

/// <summary>One of the folders of <c>examples/</c>: deployed, then called cold and warm, and shown.</summary>
internal sealed class Example
{
    const int WarmCalls = 9;
    const int ShownAnswer = 300;

    readonly Connection connection;
    readonly Surroundings around;
    readonly Screen screen;
    readonly Deployment deployment;
    readonly Source source;

    Example(Connection connection, Surroundings around, Source source, Deployment deployment)
    {
        (this.connection, this.around, this.source, this.deployment) = (connection, around, source, deployment);
        screen = new(around);
    }

    /// <summary>The folder that holds the examples: beside the program or above it; null when there is none.</summary>
    public static string? Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "examples", "hello-node", Manifest.FileName)))
                return Path.Combine(folder.FullName, "examples");
        return null;
    }

    /// <exception cref="CommandFailed">It could not be deployed.</exception>
    public static async Task<Example> Deploy(string folder, Connection connection, Surroundings around, CancellationToken stop)
    {
        var source = Source.At(folder);
        var deployment = await new Deployer(connection, around.Output, around.Clock).Deploy(source, new Wishes(), stop);
        var function = deployment.Function;
        around.Output.WriteLine($"deployed {function.Name}: {function.Runtime} on {deployment.RunsOn}, {Quantity.Bytes(function.CodeBytes)}");
        return new(connection, around, source, deployment);
    }

    public async Task<ExampleOutcome> Run(CancellationToken stop)
    {
        var name = deployment.Function.Name;
        screen.Line();
        screen.Line($"{screen.Bold(name)}  {source.Manifest.Description}");
        var payload = Encoding.UTF8.GetBytes(source.Manifest.EventFor(source.Folder!));
        var (cold, coldTime) = await Call(name, payload, stop);
        var warm = new List<TimeSpan>();
        for (var i = 0; i < WarmCalls && cold.FunctionError is null; i++)
            warm.Add((await Call(name, payload, stop)).Elapsed);
        warm.Sort();

        screen.Line($"answer  {Shortened(cold.Text)}");
        foreach (var line in cold.LogLines)
            screen.Line($"log     {LogText.Styled(screen, line.TrimEnd())}");
        TimeSpan? median = warm.Count > 0 ? warm[warm.Count / 2] : null;
        screen.Line(cold.FunctionError is null
            ? $"time    {screen.Good($"cold {Quantity.Time(coldTime)}, warm {Quantity.Time(median!.Value)}")} (client's view; warm: median of {warm.Count})"
            : screen.Bad($"failed  {cold.FunctionError}"));
        return new(name, deployment.RunsOn, coldTime, median, cold.Report, cold.FunctionError is not null);
    }

    async Task<(Answer Answer, TimeSpan Elapsed)> Call(string name, byte[] payload, CancellationToken stop)
    {
        var start = around.Clock.GetTimestamp();
        var answer = await connection.Lambda.Invoke(name, qualifier: null, async: false, payload, stop);
        return (answer, around.Clock.GetElapsedTime(start));
    }

    static string Shortened(string answer) => answer.Length <= ShownAnswer ? answer : $"{answer[..ShownAnswer]}… ({answer.Length} characters)";
}

/// <param name="Warm">Null when the cold call failed.</param>
internal sealed record ExampleOutcome(string Name, string RunsOn, TimeSpan Cold, TimeSpan? Warm, ReportLine? Report, bool Failed);
