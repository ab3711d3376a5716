using System.CommandLine;
using Aloft.Deploying;
using Aloft.Packaging;

namespace Aloft.Verbs;

/// <summary>The options that say what a function is to be, of every verb that deploys one.</summary>
internal sealed class DeployOptions
{
    readonly Option<string?> name = new("--name") { Description = "The function's name; by default the file's or folder's" };

    readonly Option<string?> runtime = new("--runtime")
    {
        Description = "Such as nodejs20.x; node, python, dotnet and shell stand for the newest that the node has", HelpName = "runtime",
    };

    readonly Option<string?> handler = new("--handler") { Description = "Such as index.handler", HelpName = "module.function" };
    readonly Option<int?> memory = new("--memory") { Description = "Memory, 128 to 10240", HelpName = "MB" };
    readonly Option<int?> timeout = new("--timeout") { Description = "Longest run, 1 to 900", HelpName = "seconds" };

    readonly Option<string[]> env = new("--env")
    {
        Description = "A variable; may be repeated. With any, those not given are removed", HelpName = "K=V", DefaultValueFactory = _ => [],
    };

    readonly Option<string?> role = new("--role") { Description = "The role's ARN", HelpName = "arn" };
    readonly Option<string?> description = new("--description") { Description = "A line about it", HelpName = "text" };
    readonly Option<bool> url = new("--url") { Description = "Give it a function URL that anyone may call" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[name, runtime, handler, memory, timeout, env, role, description, url])
            command.Options.Add(option);
    }

    public bool WantsUrl(ParseResult parsed) => parsed.GetValue(url);

    public Wishes From(ParseResult parsed) => new()
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
}
