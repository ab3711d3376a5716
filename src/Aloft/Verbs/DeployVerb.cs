using System.CommandLine;
using System.Text.Json.Nodes;
using Aloft.Client;
using Aloft.Deploying;
using Aloft.Packaging;
using Aloft.Terminal;

namespace Aloft.Verbs;

/// <summary><c>aloft deploy PATH</c></summary>
internal static class DeployVerb
{
    public static Command Command(Surroundings around)
    {
        var path = new Argument<string>("path") { Description = "A source file, a folder or a zip; with --command, the function's name" };
        var commandLine = new Option<string?>("--command")
        {
            Description = "Run it for each invocation: the event on its standard input, the answer on its standard output", HelpName = "line",
        };
        var options = new DeployOptions();
        var output = OutputOption.Create();
        var command = new Command("deploy", """
            Create or update a function from a source file, a folder or a zip

            A folder may hold aloft.json with name, runtime, handler, memory, timeout, environment, description, role, build (a command
            to run first) and event (to try it with). What is not said there or by an option stays as it is, or is told by the source:
            bootstrap, package.json, index.js, lambda_function.py, app.py.
            A .cs file, and a folder with a .csproj, are built with the .NET SDK. A .ts file, and a folder with index.ts or a handler in a
            .ts file, become one JavaScript module with all that they import; their types are not checked.
            """)
        { path, commandLine };
        options.AddTo(command);
        command.Options.Add(output);
        command.SetAction(async (parsed, stop) =>
        {
            var wishes = options.From(parsed);
            var source = SourceOf(around, parsed.GetRequiredValue(path), parsed.GetValue(commandLine), wishes);
            using var connection = Connection.Open(around);
            var deployment = await new Deployer(connection, around.Error, around.Clock).Deploy(source, wishes, stop);
            var address = options.WantsUrl(parsed) ? await Url(connection.Lambda, deployment.Function.Name, stop) : null;
            Print(new Screen(around), deployment, address, parsed.GetValue(output));
            return ExitCode.Ok;
        });
        return command;
    }

    static Source SourceOf(Surroundings around, string path, string? command, Wishes wishes)
    {
        if (command is null)
            return Source.At(around.PathOf(path), wishes.Handler);
        if (string.IsNullOrWhiteSpace(command))
            throw CommandFailed.Usage("--command is empty: give a command line, such as 'jq .'.");
        if (wishes.Runtime is not null || wishes.Handler is not null)
            throw CommandFailed.Usage("--runtime and --handler are not for --command: the command is all that runs.");
        return Source.OfCommand(command, path);
    }

    public static async Task<string> Url(LambdaClient lambda, string name, CancellationToken stop) =>
        await lambda.FindUrl(name, stop) ?? await lambda.CreateUrl(name, stop);

    public static void Print(Screen screen, Deployment deployment, string? url, OutputFormat format)
    {
        var function = deployment.Function;
        if (format == OutputFormat.Json)
        {
            screen.Json(new JsonObject
            {
                ["name"] = function.Name,
                ["arn"] = function.Arn,
                ["result"] = deployment.Verdict,
                ["runtime"] = function.Runtime,
                ["runsOn"] = deployment.RunsOn,
                ["codeSha256"] = function.CodeSha256,
                ["url"] = url,
                ["changes"] = new JsonArray([.. deployment.Changes.Select(change => new JsonObject
                {
                    ["what"] = change.What, ["before"] = change.Before, ["after"] = change.After,
                })]),
            });
            return;
        }

        if (deployment.Changes.Count > 0)
            screen.Table(["", "before", "now"], [.. deployment.Changes.Select(change => (string[])[change.What, change.Before ?? "-", change.After ?? "-"])]);
        var runsOn = deployment.RunsOn is "" || deployment.RunsOn == function.Runtime ? "" : $", runs on {deployment.RunsOn}";
        screen.Line($"{deployment.Verdict} {function.Name} ({function.Runtime}{runsOn})");
        if (url is not null)
            screen.Line(url);
    }
}
