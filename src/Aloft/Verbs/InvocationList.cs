using Aloft.Client;
using Aloft.Terminal;

namespace Aloft.Verbs;

/// <summary><c>aloft list --failed</c> and <c>aloft list --invocations</c>: each line has the request id that <c>replay</c> takes.</summary>
internal sealed class InvocationList(Surroundings around, string? function, bool failedOnly, string since, int limit, OutputFormat format)
{
    public const int Most = 1000;

    public async Task<int> Run(CancellationToken stop)
    {
        var from = around.Clock.GetUtcNow() - SinceOption.Parse(since);
        using var connection = Connection.Open(around);
        var screen = new Screen(around);
        var answer = await connection.History.List(function, failedOnly, from, limit, stop);
        var invocations = answer["invocations"]?.AsArray().Select(one => new PastInvocation(one)).ToList() ?? [];

        if (format == OutputFormat.Json)
        {
            screen.Json(answer["invocations"]);
            return ExitCode.Ok;
        }
        if (invocations.Count == 0)
        {
            screen.Note($"{(failedOnly ? "no invocation failed" : "nothing was invoked")} in the last {since}; --since 7d looks further back.");
            return ExitCode.Ok;
        }
        screen.Table(
            ["began (UTC)", "request id", "function", "version", "by", "outcome", "duration"],
            [.. invocations.Select(Row)]);
        if ((bool?)answer["limited"] == true)
            screen.Note(screen.Dim(limit < Most
                ? $"the last {limit}; --limit shows more."
                : $"the last {limit}, the most that are listed; a function's name or a shorter --since narrows it."));
        screen.Note(screen.Dim("`aloft replay REQUEST_ID` runs one again."));
        return ExitCode.Ok;
    }

    static string[] Row(PastInvocation one) =>
    [
        one.Began, one.RequestId, one.Function, one.Version, one.Source, one.ErrorType ?? "ok",
        Quantity.Time(one.Duration ?? TimeSpan.Zero) + (one.Init is { } init ? $" + init {Quantity.Time(init)}" : ""),
    ];
}
