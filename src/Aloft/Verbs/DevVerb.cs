using System.CommandLine;
using System.Globalization;
using Aloft.Client;
using Aloft.Developing;
using Aloft.Packaging;
using Aloft.Terminal;

namespace Aloft.Verbs;

/// <summary><c>aloft dev PATH</c></summary>
internal static class DevVerb
{
    public static Command Command(Surroundings around)
    {
        var path = new Argument<string>("path") { Description = "A source file or a folder" };
        var inspect = new Option<int?>("--inspect")
        {
            Description = "Wait for a debugger at this port of the node's loopback: 9229 for Node, 5678 for Python unless you say", HelpName = "port",
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = result =>
            {
                if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535)
                    return port;
                if (result.Tokens.Count == 1)
                    result.AddError($"--inspect takes a port, 1 to 65535, as in --inspect=9229; put the path before it.");
                return null;
            },
        };
        var options = new DeployOptions();
        var output = OutputOption.Create();
        var command = new Command("dev", """
            Deploy a function and make each save live in its running sandbox, until Ctrl-C

            The code of Node, TypeScript and Python is loaded anew in the same process: sandbox and /tmp stay, the state of modules begins anew. All other
            code is deployed at each save. The function's log is shown meanwhile. In the end, what is live is deployed.
            """)
        { path, inspect };
        options.AddTo(command);
        command.Options.Add(output);
        command.SetAction(async (parsed, stop) =>
        {
            var source = around.PathOf(parsed.GetRequiredValue(path));
            var function = options.From(parsed);
            var wishes = new DevWishes(() => Source.At(source, function.Handler), function, parsed.GetResult(inspect) is not null, parsed.GetValue(inspect));
            return await Run(around, wishes, options.WantsUrl(parsed), parsed.GetValue(output), stop);
        });
        return command;
    }

    static async Task<int> Run(Surroundings around, DevWishes wishes, bool wantsUrl, OutputFormat format, CancellationToken stop)
    {
        if (wishes.SourceAt().Watched is not { } watched)
            throw CommandFailed.Usage("there is nothing to watch.");
        around = around with { Output = TextWriter.Synchronized(around.Output), Error = TextWriter.Synchronized(around.Error) }; // the log comes in between
        using var connection = Connection.Open(around);
        using var watch = new SourceWatch(watched, around.Clock); // before the first look: what is saved meanwhile must not be missed
        var screen = new DevScreen(around, format);
        var run = new DevRun(around, connection, wishes, screen);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            var deployment = await run.Deploy(stop);
            var url = wantsUrl ? await DeployVerb.Url(connection.Lambda, deployment.Function.Name, stop) : null;
            DeployVerb.Print(new Screen(around), deployment, url, format);
            await run.BeginSession(stop);
            screen.Note($"watching {watched}: what you save is live. Ctrl-C ends it and deploys what is live.");
            var logs = ShowLogs(around, deployment.Function.Name, format, ending.Token);
            try
            {
                await run.Follow(watch, stop);
            }
            finally
            {
                await ending.CancelAsync();
                await logs;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // An interrupt is how it is meant to end.
        }
        await run.End(around.StopAtOnce);
        return ExitCode.Ok;
    }

    /// <summary>As <c>logs -f</c> does, from now on, through a restart of the node.</summary>
    static async Task ShowLogs(Surroundings around, string name, OutputFormat format, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await new LogReading(around, new(name, Follow: true, "1s", null, format)).Run(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (CommandFailed)
            {
                await Task.Delay(ProgramLimits.NodeReturns, around.Clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
