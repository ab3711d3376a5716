using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Aloft.Client;
using Aloft.Terminal;

namespace Aloft.Verbs;

/// <summary><c>aloft list</c></summary>
internal static class ListVerb
{
    const string UsualSince = "24h";
    const int UsualLimit = 50;

    public static Command Command(Surroundings around)
    {
        var name = new Argument<string?>("name") { Description = "With --failed or --invocations: only this function's", Arity = ArgumentArity.ZeroOrOne };
        var failed = new Option<bool>("--failed") { Description = "List the invocations that failed, the last first, instead of the functions" };
        var all = new Option<bool>("--invocations") { Description = "List the last invocations, failed or not, instead of the functions" };
        var since = SinceOption.Create(UsualSince);
        var limit = NumberOption.Create("--limit", "The most invocations to list", "number", UsualLimit, 1, InvocationList.Most);
        var output = OutputOption.Create();
        var command = new Command("list", """
            List the functions and what they run on, or past invocations

            `aloft list --failed` shows what went wrong, `aloft replay REQUEST_ID` runs one of these again.
            """)
        { name, failed, all, since, limit, output };
        command.SetAction((parsed, stop) =>
        {
            var function = parsed.GetValue(name);
            if (parsed.GetValue(failed) || parsed.GetValue(all))
                return new InvocationList(
                    around, function, !parsed.GetValue(all), parsed.GetRequiredValue(since), parsed.GetValue(limit), parsed.GetValue(output)).Run(stop);
            var unused = function
                ?? (parsed.GetResult(since) is { Implicit: false } ? "--since" : parsed.GetResult(limit) is { Implicit: false } ? "--limit" : null);
            return unused is null
                ? Run(around, parsed.GetValue(output), stop)
                : throw CommandFailed.Usage($"{unused} goes with --failed or --invocations.");
        });
        return command;
    }

    static async Task<int> Run(Surroundings around, OutputFormat format, CancellationToken stop)
    {
        using var connection = Connection.Open(around);
        var screen = new Screen(around);
        var node = await NodeRuntimes.Ask(connection.Api, stop);
        var functions = new List<DeployedFunction>();
        await foreach (var function in connection.Lambda.All(stop))
            functions.Add(function);

        if (format == OutputFormat.Json)
            screen.Json(new JsonArray([.. functions.Select(function => Document(function, node))]));
        else if (functions.Count == 0)
            screen.Note("no functions yet; `aloft new hello` makes one, `aloft deploy hello` deploys it.");
        else
            screen.Table(
                ["name", "runtime", "runs on", "memory", "timeout", "code", "last modified", "state"],
                [.. functions.Select(function => Row(function, node))]);
        return ExitCode.Ok;
    }

    static string[] Row(DeployedFunction function, NodeRuntimes node) =>
    [
        function.Name,
        function.Runtime,
        node.RunsOn(function.Runtime),
        string.Create(CultureInfo.InvariantCulture, $"{function.MemoryMegabytes} MB"),
        string.Create(CultureInfo.InvariantCulture, $"{function.TimeoutSeconds} s"),
        Quantity.Bytes(function.CodeBytes),
        function.LastModified.Length >= 19 ? function.LastModified[..19].Replace('T', ' ') : function.LastModified,
        function.LastUpdateStatus == "Successful" ? function.State : $"{function.State}, update {function.LastUpdateStatus}",
    ];

    static JsonObject Document(DeployedFunction function, NodeRuntimes node) => new()
    {
        ["name"] = function.Name,
        ["arn"] = function.Arn,
        ["runtime"] = function.Runtime,
        ["runsOn"] = node.RunsOn(function.Runtime),
        ["handler"] = function.Handler,
        ["memoryMegabytes"] = function.MemoryMegabytes,
        ["timeoutSeconds"] = function.TimeoutSeconds,
        ["codeBytes"] = function.CodeBytes,
        ["codeSha256"] = function.CodeSha256,
        ["lastModified"] = function.LastModified,
        ["state"] = function.State,
        ["lastUpdateStatus"] = function.LastUpdateStatus,
    };
}
