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
        var name = new Option<string?>("--name") { Description = "The function's name; by default the file's or folder's" };
        var runtime = new Option<string?>("--runtime")
        {
            Description = "Such as nodejs20.x; node, python, dotnet and shell stand for the newest that the node has", HelpName = "runtime",
        };
        var handler = new Option<string?>("--handler") { Description = "Such as index.handler", HelpName = "module.function" };
        var memory = new Option<int?>("--memory") { Description = "Memory, 128 to 10240", HelpName = "MB" };
        var timeout = new Option<int?>("--timeout") { Description = "Longest run, 1 to 900", HelpName = "seconds" };
        var env = new Option<string[]>("--env")
        {
            Description = "A variable; may be repeated. With any, those not given are removed", HelpName = "K=V", DefaultValueFactory = _ => [],
        };
        var role = new Option<string?>("--role") { Description = "The role's ARN", HelpName = "arn" };
        var description = new Option<string?>("--description") { Description = "A line about it", HelpName = "text" };
        var url = new Option<bool>("--url") { Description = "Give it a function URL that anyone may call" };
        var output = OutputOption.Create();
        var command = new Command("deploy", """
            Create or update a function from a source file, a folder or a zip

            A folder may hold aloft.json with name, runtime, handler, memory, timeout, environment, description, role, build (a command
            to run first) and event (to try it with). What is not said there or by an option stays as it is, or is told by the source:
            bootstrap, package.json, index.js, lambda_function.py, app.py.
            A .cs file, and a folder with a .csproj, are built with the .NET SDK. A .ts file, and a folder with index.ts or a handler in a
            .ts file, become one JavaScript module with all that they import; their types are not checked.
            """)
        { path, commandLine, name, runtime, handler, memory, timeout, env, role, description, url, output };
        command.SetAction(async (parsed, stop) =>
        {
            var wishes = new Wishes
            {
                Name = parsed.GetValue(name),
                Runtime = parsed.GetValue(runtime),
                Handler = parsed.GetValue(handler),
                Memory = parsed.GetValue(memory),
                Timeout = parsed.GetValue(timeout),
                Environment = Variables(parsed.GetRequiredValue(env)),
                Role = parsed.GetValue(role),
                Description = parsed.GetValue(description),
            };
            var source = SourceOf(around, parsed.GetRequiredValue(path), parsed.GetValue(commandLine), wishes);
            using var connection = Connection.Open(around);
            var deployment = await new Deployer(connection, around.Error, around.Clock).Deploy(source, wishes, stop);
            var address = parsed.GetValue(url) ? await Url(connection.Lambda, deployment.Function.Name, stop) : null;
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

    static SortedDictionary<string, string> Variables(string[] assignments)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var assignment in assignments)
            if (assignment.Split('=', 2) is [{ Length: > 0 } name, var value])
                variables[name] = value;
            else
                throw CommandFailed.Usage($"--env {assignment}: give NAME=VALUE.");
        return variables;
    }

    static async Task<string> Url(LambdaClient lambda, string name, CancellationToken stop) =>
        await lambda.FindUrl(name, stop) ?? await lambda.CreateUrl(name, stop);

    static void Print(Screen screen, Deployment deployment, string? url, OutputFormat format)
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
